import type { ProviderManifest } from '@rekomi/provider-contract';

import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { readTags } from '../tags/tags.js';
import type { DestinationValues } from './destination-statements.js';
import { readAttributes } from './extra-attributes.js';

/** An audience of the campaign's own by the vendor's id, or none at all whatever the connection names. */
export type DestinationAudience = { readonly id: string; readonly name?: string } | { readonly none: true };

/** Null goes back to the default everywhere. What is absent has its default (put) or stays (patch). */
export interface DestinationInput {
  /** True unless told. */
  readonly enabled?: boolean | null;
  /** The connection's unless told. */
  readonly audience?: DestinationAudience | null;
  /** Beside the system tag and the connection's; none unless told. */
  readonly extraTags?: readonly string[] | null;
  /** Replaces all of them; none unless told. */
  readonly extraAttributes?: Readonly<Record<string, unknown>> | null;
  /** Whether invited people are written there too, with their personal link; false unless told. */
  readonly inviteLinks?: boolean | null;
}

export const DEFAULT_VALUES: DestinationValues = {
  enabled: true,
  audienceMode: 'inherit',
  audience: null,
  audienceName: null,
  extraTags: [],
  extraAttributes: {},
  inviteLinks: false,
};

const LONGEST_AUDIENCE = 255;

/**
 * @param base what holds where the input says nothing.
 * @param pointer where the input stands in the body.
 */
export function readDestination(
  input: DestinationInput,
  base: DestinationValues,
  manifest: ProviderManifest | undefined,
  pointer: string,
): ProgramResult<DestinationValues> {
  const tags = input.extraTags === undefined ? undefined : readTags(input.extraTags ?? []);
  const attributes =
    input.extraAttributes === undefined
      ? undefined
      : readAttributes(input.extraAttributes ?? {}, manifest, `${pointer}/extraAttributes`);
  const audience = input.audience === undefined ? undefined : readAudience(input.audience);
  const errors: InputProblem[] = [
    ...(audience === 'invalid'
      ? [
          {
            pointer: `${pointer}/audience/id`,
            code: 'invalid_value',
            detail: 'An audience is named by the vendor’s id, or said to be none by {"none": true}.',
          },
        ]
      : []),
    ...(tags === undefined || tags.ok ? [] : tags.errors).map(({ place, detail }) => ({
      pointer: `${pointer}/extraTags${place === undefined ? '' : `/${place}`}`,
      code: 'invalid_tag',
      detail,
    })),
    ...(attributes === undefined || attributes.ok ? [] : attributes.errors),
  ];
  if (errors.length > 0 || audience === 'invalid') return denied({ reason: 'invalid', errors });
  return granted({
    ...base,
    ...(input.enabled === undefined ? {} : { enabled: input.enabled ?? true }),
    ...audience,
    ...(tags?.ok === true ? { extraTags: tags.tags } : {}),
    ...(attributes?.ok === true ? { extraAttributes: attributes.value } : {}),
    ...(input.inviteLinks === undefined ? {} : { inviteLinks: input.inviteLinks ?? false }),
  });
}

type AudienceValues = Pick<DestinationValues, 'audienceMode' | 'audience' | 'audienceName'>;

function readAudience(given: DestinationAudience | null): AudienceValues | 'invalid' {
  if (given === null) return { audienceMode: 'inherit', audience: null, audienceName: null };
  if ('none' in given) return { audienceMode: 'none', audience: null, audienceName: null };
  const id = cleanText(given.id);
  if (id === '' || id.length > LONGEST_AUDIENCE) return 'invalid';
  const name = [...cleanText(given.name ?? '')].slice(0, LONGEST_AUDIENCE).join('');
  return { audienceMode: 'own', audience: id, audienceName: name === '' ? null : name };
}
