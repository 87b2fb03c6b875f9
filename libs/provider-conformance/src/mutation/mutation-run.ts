import type { Answered, CrmProvider, ProviderCall } from '@rekomi/provider-contract';
import type { Subject } from '../subject.js';
import { faultOf, itemsOf, type Expected } from './judgement.js';
import { drawMutations, mutated, type Mutation, type RawAnswer } from './mutations.js';
import { SignReader } from './positive-signs.js';
import { recordCalls, type RecordedCall } from './recorded-calls.js';
import { Replay, type Substitution } from './replay.js';
import { SeededNumbers } from './seeded-numbers.js';

export interface MutationOptions {
  /** How many changed answers. */
  readonly runs: number;
  readonly seed: number;
  /** The number of the first; to make one of them again. 0 unless told. */
  readonly from?: number;
  /** Makes a mistake on purpose: what the provider gets to hear in place of an answer. */
  readonly heard?: ConstructorParameters<typeof Replay>[2];
  readonly onProgress?: (done: number) => void;
}

/** A changed answer of which a provider makes something wrong, as small as it can be made. */
export interface MutationFinding {
  readonly run: number;
  readonly call: ProviderCall;
  readonly scene: string;
  readonly request: string;
  readonly mutations: readonly Mutation[];
  readonly answer: RawAnswer;
  readonly stays: boolean;
  readonly fault: string;
}

export interface MutationReport {
  readonly slug: string;
  readonly runs: number;
  /** Of the outcomes, by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** One for each fault at each request; there may be many more answers that bring it about. */
  readonly findings: readonly MutationFinding[];
  /** Requests of the signs that no scene bears out: such a sign proves nothing. */
  readonly unmet: readonly string[];
  /** Writes whose usual answer is no sign of anything: a success after them would pass unseen. */
  readonly unsigned: readonly string[];
}

interface Target {
  readonly recorded: RecordedCall;
  readonly replay: Replay;
  readonly at: number;
  readonly wrote: boolean;
  readonly expected: Expected;
}

/** Every so many runs the same is done once more, and has to come to the same. */
const REPEATED = 64;
const MOST_FINDINGS = 20;

/**
 * Gives a provider changed answers to each of its requests, as many as are asked for, and looks at what it makes of them.
 * Most changed answers are of writes. Never throws for anything that a provider does.
 */
export async function mutateAnswers(subject: Subject, options: MutationOptions): Promise<MutationReport> {
  const { provider, golden = [], signs = [] } = subject;
  const reader = new SignReader(signs);
  const calls = await recordCalls(subject);
  const targets = targetsOf(provider, calls, reader, options);
  const writes = targets.filter(({ wrote }) => wrote);
  const reads = targets.filter(({ wrote }) => !wrote);
  const own = calls.flatMap(({ exchanges }) =>
    exchanges.filter(({ wrote }) => wrote).map(({ answer }) => rawOf(answer)),
  );
  const documented = golden.flatMap(({ answers }) =>
    answers.flatMap((answer) =>
      answer === 'vendor'
        ? []
        : [{ status: answer.status, headers: { ...answer.headers }, text: answer.body }],
    ),
  );
  const findings = new Map<string, MutationFinding>();
  const kinds: Record<string, number> = {};
  const { from = 0, runs, seed, onProgress } = options;
  for (let run = from; run < from + runs && findings.size < MOST_FINDINGS; run += 1) {
    const numbers = new SeededNumbers((seed ^ Math.imul(run + 1, 0x9e37_79b1)) >>> 0);
    const target = numbers.one(
      reads.length > 0 && numbers.next() < 0.15 ? reads : writes.length > 0 ? writes : targets,
    );
    const usual = rawOf((target.recorded.exchanges[target.at] as RecordedCall['exchanges'][number]).answer);
    const chance = numbers.next();
    const base =
      chance < 0.6
        ? usual
        : chance < 0.75 || documented.length === 0
          ? numbers.one(own.length > 0 ? own : [usual])
          : numbers.one(documented);
    const stays = numbers.next() < 0.5;
    const mutations = drawMutations(numbers);
    const substitution = { at: target.at, answer: mutated(base, mutations), stays };
    const outcome = await judged(provider, reader, target, substitution);
    for (const kind of outcome.kinds) kinds[kind] = (kinds[kind] ?? 0) + 1;
    let { fault } = outcome;
    if (fault === undefined && run % REPEATED === 0) {
      const again = await judged(provider, reader, target, substitution);
      if (again.text !== outcome.text) fault = `once ${outcome.text}, and then ${again.text}`;
    }
    if (fault !== undefined) {
      const finding = await shrunk(provider, reader, target, { run, base, usual, stays, mutations, fault });
      const key = `${finding.scene} ${finding.request} ${finding.fault.replace(/[“(].*/, '')}`;
      if (!findings.has(key)) findings.set(key, finding);
    }
    if (run % 10_000 === 9_999) {
      onProgress?.(run + 1 - from);
      // Promises that are settled already never let anybody else go on.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const met = calls.flatMap((recorded) =>
    itemsOf(recorded).flatMap((item) => reader.met(recorded.call, recorded.exchanges, item)),
  );
  return {
    slug: provider.manifest.slug,
    runs,
    kinds,
    findings: [...findings.values()],
    unmet: signs
      .filter((sign) => sign.optional !== true && !met.includes(sign))
      .map(({ of, request }) => `${of}: ${request}`),
    unsigned: unsigned(calls, reader),
  };
}

function targetsOf(
  provider: CrmProvider,
  calls: readonly RecordedCall[],
  reader: SignReader,
  { heard }: MutationOptions,
): readonly Target[] {
  return calls.flatMap((recorded) => {
    const items = itemsOf(recorded);
    const expected = items.map((item) =>
      reader.count(recorded.call, recorded.exchanges, item, items.length === 1),
    );
    const replay = new Replay(provider, recorded, heard);
    return recorded.exchanges.map(({ request, answer, wrote }, at) => ({
      recorded,
      replay,
      at,
      wrote: wrote || items.some((item) => reader.met(recorded.call, [{ request, answer }], item).length > 0),
      expected,
    }));
  });
}

async function judged(
  provider: CrmProvider,
  reader: SignReader,
  { recorded, replay, expected, wrote }: Target,
  substitution: Substitution,
): Promise<{ readonly fault?: string; readonly kinds: readonly string[]; readonly text: string }> {
  const replayed = await replay.play(substitution);
  const results = Array.isArray(replayed.told) ? (replayed.told as readonly unknown[]) : [replayed.told];
  const fault = faultOf(
    provider.manifest,
    recorded,
    replayed,
    substitution,
    reader,
    wrote ? expected : undefined,
  );
  return {
    ...(fault === undefined ? {} : { fault }),
    kinds: results.map((one) => String((one as { readonly kind?: unknown } | undefined)?.kind)),
    get text() {
      return JSON.stringify(replayed.told) ?? 'nothing';
    },
  };
}

/** Leaves out what is not needed for the fault: changes, one after the other, and that the answer stays. */
async function shrunk(
  provider: CrmProvider,
  reader: SignReader,
  target: Target,
  found: {
    readonly run: number;
    readonly base: RawAnswer;
    readonly usual: RawAnswer;
    readonly stays: boolean;
    readonly mutations: readonly Mutation[];
    readonly fault: string;
  },
): Promise<MutationFinding> {
  let { base, stays, mutations, fault } = found;
  const holds = async (from: RawAnswer, some: readonly Mutation[], always: boolean): Promise<boolean> => {
    const substitution = { at: target.at, answer: mutated(from, some), stays: always };
    const smaller = (await judged(provider, reader, target, substitution)).fault;
    if (smaller !== undefined) fault = smaller;
    return smaller !== undefined;
  };
  if (await holds(found.usual, mutations, stays)) base = found.usual;
  if (stays && (await holds(base, mutations, false))) stays = false;
  for (let at = mutations.length - 1; at >= 0; at -= 1) {
    const fewer = mutations.filter((_, index) => index !== at);
    if (await holds(base, fewer, stays)) mutations = fewer;
  }
  const { request } = target.recorded.exchanges[target.at] as RecordedCall['exchanges'][number];
  return {
    run: found.run,
    call: target.recorded.call,
    scene: target.recorded.scene,
    request: `${request.method} ${request.path}`,
    mutations,
    answer: mutated(base, mutations),
    stays,
    fault,
  };
}

function unsigned(calls: readonly RecordedCall[], reader: SignReader): readonly string[] {
  return calls.flatMap((recorded) =>
    recorded.exchanges
      .filter(({ wrote, request }) => wrote && request.method !== 'GET')
      .filter((exchange) =>
        itemsOf(recorded).every((item) => reader.met(recorded.call, [exchange], item).length === 0),
      )
      .map(({ request }) => `${recorded.call}: ${request.method} ${request.path}`),
  );
}

function rawOf({ status, headers, text }: Answered): RawAnswer {
  const type = headers['content-type'];
  return { status, headers: type === undefined ? {} : { 'content-type': type }, text };
}
