import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { LONGEST_NAME_IN_TOOL, readEventName } from './event-name.js';

/** Which events go to a tool, and what they are called there. */
export interface EventRules {
  /** `all`: every event. `chosen`: those of the list, perhaps none. */
  readonly mode: 'all' | 'chosen';
  readonly chosen: readonly string[];
  /** Our name → the name in the tool. Names that are not mentioned stay. */
  readonly names: Readonly<Record<string, string>>;
}

export interface EventRulesInput {
  readonly mode: 'all' | 'chosen';
  readonly chosen?: readonly string[];
  readonly names?: Readonly<Record<string, unknown>>;
}

const MOST = 200;

/** As it stands in the database. */
export type StoredEventRules = Pick<EventRules, 'mode'> & Partial<EventRules>;

export function completeEventRules({ mode, chosen, names }: StoredEventRules): EventRules {
  return { mode, chosen: chosen ?? [], names: names ?? {} };
}

/** @param problemInTool why the tool cannot take a name; undefined when it can. */
export function readEventRules(
  input: EventRulesInput,
  problemInTool: (name: string) => Omit<InputProblem, 'pointer'> | undefined,
): ProgramResult<EventRules> {
  const errors: InputProblem[] = [];
  const read = (text: string, pointer: string, longest?: number): string => {
    const reading = readEventName(text, longest);
    if (reading.ok) return reading.name;
    errors.push({ pointer, ...reading.problem });
    return text;
  };
  const checkInTool = (name: string, pointer: string): void => {
    if (errors.some((error) => error.pointer === pointer)) return;
    const problem = problemInTool(name);
    if (problem !== undefined) errors.push({ pointer, ...problem });
  };
  if (input.mode === 'all' && input.chosen !== undefined && input.chosen.length > 0) {
    const detail = 'A list of chosen events means something only with the mode "chosen".';
    errors.push({ pointer: '#/chosen', code: 'not_with_all', detail });
  }
  const entries = Object.entries(input.names ?? {});
  for (const [pointer, size] of [
    ['#/chosen', input.chosen?.length ?? 0],
    ['#/names', entries.length],
  ] as const) {
    if (size > MOST) errors.push({ pointer, code: 'too_many', detail: `At most ${MOST} events.` });
  }
  if (errors.length > 0) return denied({ reason: 'invalid', errors });

  const chosen = (input.chosen ?? []).map((name, index) => read(name, `#/chosen/${index}`));
  const names = entries.map(([from, to]): readonly [string, string] => {
    const pointer = `#/names/${from.replace(/~/g, '~0').replace(/\//g, '~1')}`;
    if (typeof to !== 'string') {
      const detail = 'The name in the tool is a text. Leave the entry out to keep the name.';
      errors.push({ pointer, code: 'invalid_value', detail });
      return [from, from];
    }
    const name = read(to, pointer, LONGEST_NAME_IN_TOOL);
    checkInTool(name, pointer);
    return [read(from, pointer), name];
  });
  const renamed = new Set(names.map(([from]) => from));
  for (const [index, name] of chosen.entries()) {
    if (!renamed.has(name)) checkInTool(name, `#/chosen/${index}`);
  }
  if (errors.length > 0) return denied({ reason: 'invalid', errors });
  return granted({
    mode: input.mode,
    chosen: [...new Set(chosen)],
    names: Object.fromEntries(names.filter(([from, to]) => from !== to)),
  });
}

/** The name that an event has in the tool; undefined: it is not sent there. The database routes by the same rule. */
export function routedName(rules: EventRules, name: string): string | undefined {
  if (rules.mode === 'chosen' && !rules.chosen.includes(name)) return undefined;
  return Object.hasOwn(rules.names, name) ? rules.names[name] : name;
}
