import type { InputProblem } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { BUILTIN_EVENT_NAMES, BUILTIN_EVENT_TYPES } from './builtin-event-types.js';
import type { ReadEvent } from './event-input.js';
import { similarName } from './event-name.js';
import { compileOwnSchema, compileSchema, type DataCheck } from './event-schema.js';
import { type DeclaredType, declaredTypes } from './event-statements.js';
import type { VendorEventNames } from './vendor-event-names.js';

/** Something about a row that was taken and that the sender may want to look at. */
export interface EventWarning {
  readonly code: string;
  readonly detail: string;
}

export interface EventCheck {
  readonly error?: InputProblem;
  readonly warnings: readonly EventWarning[];
}

const MOST_COMPILED = 500;
const fitsAll: DataCheck = () => undefined;

const BUILTIN_CHECKS: ReadonlyMap<string, DataCheck> = new Map(
  BUILTIN_EVENT_TYPES.map(({ name, schema }) => [name, compileOwnSchema(schema)]),
);

/** Holds events against the catalogue. Schemas of merchants are compiled once and kept until they change. */
export class EventChecks {
  readonly #compiled = new Map<string, DataCheck>();

  constructor(private readonly names: VendorEventNames) {}

  /** @param strict refuses names that nobody declared. */
  async of(
    work: UnitOfWork,
    events: readonly ReadEvent[],
    strict: boolean,
  ): Promise<(event: ReadEvent, base: string) => EventCheck> {
    const others = [...new Set(events.map(({ name }) => name).filter((name) => !BUILTIN_CHECKS.has(name)))];
    const declared = others.length === 0 ? [] : await declaredTypes(work, others);
    const checks = new Map(declared.map((type) => [type.name, this.#checkOf(type)]));
    const tooSlow = new Map<string, InputProblem>();
    const inTools = await this.names.inTools(work, others);
    const similar = new Map(others.map((name) => [name, similarName(name, BUILTIN_EVENT_NAMES)]));
    return ({ name, data }, base) => {
      const { error: unusable, warning } = inTools(name);
      const warnings = warning === undefined ? [] : [warning];
      if (unusable !== undefined) return { error: { pointer: `${base}/name`, ...unusable }, warnings };
      const check = BUILTIN_CHECKS.get(name) ?? checks.get(name);
      if (check === undefined) return undeclared(name, similar.get(name), base, { strict, warnings });
      const error = tooSlow.get(name) ?? check(data);
      if (error?.code === 'schema_too_slow') tooSlow.set(name, error);
      return {
        ...(error === undefined ? {} : { error: { ...error, pointer: `${base}/data${error.pointer}` } }),
        warnings,
      };
    };
  }

  #checkOf({ id, version, schema }: DeclaredType): DataCheck {
    if (schema === null) return fitsAll;
    const key = `${id} ${version}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compileSchema(schema);
    if (!compiled.ok) throw new Error(`A schema that was accepted cannot be compiled: ${compiled.detail}`);
    const [oldest] = this.#compiled.keys();
    if (oldest !== undefined && this.#compiled.size >= MOST_COMPILED) this.#compiled.delete(oldest);
    this.#compiled.set(key, compiled.check);
    return compiled.check;
  }
}

function undeclared(
  name: string,
  meant: string | undefined,
  base: string,
  { strict, warnings }: { readonly strict: boolean; readonly warnings: readonly EventWarning[] },
): EventCheck {
  const hint = meant === undefined ? '' : ` Was "${meant}" meant?`;
  if (strict) {
    const detail = `No event type is called "${name}".${hint} Declare it, or send it without "strict".`;
    return { error: { pointer: `${base}/name`, code: 'event_type_unknown', detail }, warnings };
  }
  if (meant === undefined) return { warnings };
  const likeBuiltin = { code: 'name_like_builtin', detail: `"${name}" was taken as it is.${hint}` };
  return { warnings: [likeBuiltin, ...warnings] };
}
