import { columnKey } from '../column-name.js';
import { dub } from './dub.shape.js';
import { firstPromoter } from './first-promoter.shape.js';
import { partnerStack } from './partner-stack.shape.js';
import { rewardful } from './rewardful.shape.js';
import type { SourceShape } from './source-shape.js';
import { tapfiliate } from './tapfiliate.shape.js';
import { tolt } from './tolt.shape.js';

/** Platforms whose lists are recognised. Of two that fit equally well the earlier one counts. */
export const SOURCE_SHAPES: readonly SourceShape[] = [
  rewardful,
  firstPromoter,
  tapfiliate,
  partnerStack,
  tolt,
  dub,
];

/** A file's column, as far as it tells where the file comes from. */
export interface TellingColumn {
  readonly name: string;
  readonly samples: readonly string[];
}

/**
 * The platform that a file seems to come from. Values tell more than names; of several whose signs are there, the one
 * that knows most of the file's columns counts.
 *
 * @returns undefined for a list of anybody's own.
 */
export function recogniseSource(columns: readonly TellingColumn[]): SourceShape | undefined {
  const keys = new Set(columns.map(({ name }) => columnKey(name)));
  const byValue = SOURCE_SHAPES.find(({ idPrefix }) => idPrefix !== undefined && hasIds(columns, idPrefix));
  if (byValue !== undefined) return byValue;
  return SOURCE_SHAPES.filter(({ signs }) =>
    signs.some((names) => names.every((name) => keys.has(columnKey(name)))),
  ).reduce<SourceShape | undefined>(
    (best, shape) => (best === undefined || known(shape, keys) > known(best, keys) ? shape : best),
    undefined,
  );
}

/** The shape of a stored import's source. */
export function shapeNamed(name: string | null | undefined): SourceShape | undefined {
  return SOURCE_SHAPES.find((shape) => shape.name === name);
}

function hasIds(
  columns: readonly TellingColumn[],
  { column, prefix }: NonNullable<SourceShape['idPrefix']>,
): boolean {
  const samples = columns.find(({ name }) => columnKey(name) === columnKey(column))?.samples ?? [];
  return samples.length > 0 && samples.every((sample) => sample.startsWith(prefix));
}

function known({ fields, keep, signs }: SourceShape, keys: ReadonlySet<string>): number {
  const names = new Set([...Object.values(fields).flat(), ...keep, ...signs.flat()].map(columnKey));
  return [...names].filter((name) => keys.has(name)).length;
}
