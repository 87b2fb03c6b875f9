import vm from 'node:vm';

import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

import type { InputProblem } from '../program-problem.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

export type CompiledSchema =
  | { readonly ok: true; readonly check: DataCheck }
  | { readonly ok: false; readonly code: string; readonly detail: string };

/**
 * Undefined: the data fits. Pointers begin at the data: `/amount`. The code `schema_too_slow` says that the check was
 * given up; whoever has many rows of this kind had better not ask again.
 */
export type DataCheck = (data: unknown) => InputProblem | undefined;

const LARGEST_BYTES = 20_000;
const LONGEST_PATTERN = 200;
const DRAFTS = {
  'http://json-schema.org/draft-07/schema': Ajv,
  'https://json-schema.org/draft/2020-12/schema': Ajv2020,
} as const;
/** A schema can be made to take for ever. In earnest it takes milliseconds, and longer on a machine that is busy. */
const COMPILING_MS = 5_000;
/** A pattern can be made to take for ever. In earnest a row takes microseconds. */
const CHECKING_MS = 1_000;

/** Never holds a schema against the schema of schemas, which takes half a second to compile: a test does that. */
const forOwnSchemas = new Ajv2020({ strict: true, validateSchema: false });

/** Compiles a schema of our own, which needs no watching. */
export function compileOwnSchema(schema: JsonSchema): DataCheck {
  const validate = forOwnSchemas.compile(schema);
  return (data) => (validate(data) ? undefined : misfit(validate));
}

/** Compiles a schema of draft 2020-12 (or draft-07, where `$schema` says so) that a merchant wrote. */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  const problem = refusal(schema);
  if (problem !== undefined) return { ok: false, ...problem };
  const draft = typeof schema['$schema'] === 'string' ? schema['$schema'].replace(/#$/, '') : undefined;
  const Draft = draft === undefined ? Ajv2020 : DRAFTS[draft as keyof typeof DRAFTS];
  // The instance keeps what it compiled, so every schema has one of its own that goes with it.
  const ajv = new Draft({ strict: true, inlineRefs: false, logger: false });
  formats.default(ajv, { mode: 'fast' });
  try {
    const validate = inTime(COMPILING_MS, () => ajv.compile(schema));
    return { ok: true, check: checkWith(validate) };
  } catch (err) {
    const detail = isTimeout(err)
      ? 'The schema takes too long to read. Make it simpler.'
      : `The schema cannot be used: ${err instanceof Error ? err.message : String(err)}.`;
    return { ok: false, code: 'schema_invalid', detail };
  }
}

type Validate = ReturnType<Ajv['compile']>;

function checkWith(validate: Validate): DataCheck {
  return (data) => {
    try {
      if (inTime(CHECKING_MS, () => validate(data))) return undefined;
    } catch (err) {
      if (!isTimeout(err)) throw err;
      const detail = 'The schema of this event type takes too long to check. Make its patterns simpler.';
      return { pointer: '', code: 'schema_too_slow', detail };
    }
    return misfit(validate);
  };
}

function misfit({ errors }: Validate): InputProblem {
  const [error] = errors ?? [];
  const detail = `The data ${error?.message ?? 'does not fit the schema of this event type'}.`;
  return { pointer: error?.instancePath ?? '', code: 'data_not_of_schema', detail };
}

function refusal(schema: JsonSchema): { readonly code: string; readonly detail: string } | undefined {
  const size = Buffer.byteLength(JSON.stringify(schema));
  if (size > LARGEST_BYTES) {
    const detail = `The schema has ${size} bytes as JSON; at most ${LARGEST_BYTES} are possible.`;
    return { code: 'schema_too_large', detail };
  }
  const draft = schema['$schema'];
  if (draft !== undefined && !(typeof draft === 'string' && draft.replace(/#$/, '') in DRAFTS)) {
    const detail = `"$schema" is ${Object.keys(DRAFTS).join(' or ')}, or left out.`;
    return { code: 'schema_draft', detail };
  }
  return refusedWithin(schema);
}

function refusedWithin(
  value: unknown,
  key?: string,
): { readonly code: string; readonly detail: string } | undefined {
  if (typeof value === 'string') return refusedText(value, key);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const pattern = key === 'patternProperties' ? refusedText(name, 'pattern') : undefined;
    const problem = pattern ?? refusedWithin(item, name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function refusedText(
  text: string,
  key: string | undefined,
): { readonly code: string; readonly detail: string } | undefined {
  if ((key === '$ref' || key === '$dynamicRef') && !text.startsWith('#')) {
    const detail = 'Only references within the schema are followed: "#/$defs/…".';
    return { code: 'schema_remote_reference', detail };
  }
  if (key === 'pattern' && text.length > LONGEST_PATTERN) {
    return {
      code: 'schema_pattern_too_long',
      detail: `A pattern has at most ${LONGEST_PATTERN} characters.`,
    };
  }
  return undefined;
}

const watched = vm.createContext({ run: undefined as unknown });
const RUN = new vm.Script('run()');

/** Runs work with an end: V8 stops it wherever it is, inside a regular expression too. */
function inTime<T>(timeout: number, work: () => T): T {
  watched['run'] = work;
  try {
    return RUN.runInContext(watched, { timeout }) as T;
  } finally {
    watched['run'] = undefined;
  }
}

function isTimeout(err: unknown): boolean {
  return (err as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
