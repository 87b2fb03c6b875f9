import {
  isSuccess,
  type ContactChange,
  type ContactEvent,
  type ContactRemoval,
  type Outcome,
  type ProviderManifest,
  type SignSubject,
} from '@rekomi/provider-contract';
import { told } from '../landing.js';
import { faultsOfTold } from '../told.js';
import type { RawAnswer } from './mutations.js';
import type { Item, SignCounts, SignReader } from './positive-signs.js';
import type { RecordedCall } from './recorded-calls.js';
import { REPLAY_NOW, type Replayed, type Substitution } from './replay.js';

/** These say that the whole of the call got through; a warning does not excuse them. */
const ESSENTIAL: readonly SignSubject[] = ['contact', 'event', 'erasure', 'audience'];
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** What the vendor's usual answers bear out of one item. */
export type Expected = readonly SignCounts[];

/** The people and events that a call is about, in order. */
export function itemsOf({ call, input }: RecordedCall): readonly Item[] {
  switch (call) {
    case 'upsertContact':
      return [ofChange(input as ContactChange)];
    case 'upsertContacts':
      return (input as readonly ContactChange[]).map(ofChange);
    case 'trackEvent':
      return [ofEvent(input as ContactEvent)];
    case 'trackEvents':
      return (input as readonly ContactEvent[]).map(ofEvent);
    case 'removeContact':
      return [{ email: (input as ContactRemoval).previous.email, marks: [] }];
    case 'readContact':
    case 'eraseContact':
      return [{ email: String(input), marks: [] }];
    case 'verify':
    case 'listAudiences':
    case 'createAudience':
      return [{ email: '', marks: [] }];
  }
}

/** What is wrong with what a provider made of a changed answer; undefined when nothing is. */
export function faultOf(
  manifest: ProviderManifest,
  recorded: RecordedCall,
  replayed: Replayed,
  substitution: Substitution,
  signs: SignReader,
  /** What the usual answers bear out; absent where a read was changed, after which there may be nothing to write. */
  expected: Expected | undefined,
): string | undefined {
  if (Object.hasOwn(replayed, 'thrown')) return `threw ${String(replayed.thrown)}`;
  const items = itemsOf(recorded);
  const results = Array.isArray(replayed.told) ? (replayed.told as readonly unknown[]) : [replayed.told];
  if (results.length !== items.length) return `${results.length} outcomes for ${items.length} items`;
  for (const [index, result] of results.entries()) {
    const [shape] = faultsOfTold(manifest, recorded.call, result);
    if (shape !== undefined) return shape;
    const outcome = result as Outcome;
    const item = items[index] as Item;
    const counts = signs.count(recorded.call, replayed.exchanges, item, items.length === 1);
    const fault =
      (expected === undefined
        ? undefined
        : (falseSign(outcome, counts, expected[index] ?? {}) ??
          (hasRead(replayed) ? undefined : falseClaim(outcome, counts, expected[index] ?? {})))) ??
      falseVerdict(outcome, recorded, substitution) ??
      falseWait(outcome);
    if (fault !== undefined)
      return `${items.length > 1 ? `item ${index + 1}: ` : ''}${told(outcome)}: ${fault}`;
  }
  return undefined;
}

function falseSign(outcome: Outcome, counts: SignCounts, expected: SignCounts): string | undefined {
  const success = isSuccess(outcome) || (outcome.kind as string) === 'created';
  const warned = (outcome.warnings ?? []).length > 0;
  for (const [of, usual] of Object.entries(expected) as readonly (readonly [SignSubject, number])[]) {
    const there = counts[of] ?? 0;
    // One yes about the person is enough: a second write may have become needless. Of tags each counts.
    const needed = ESSENTIAL.includes(of) ? 1 : usual;
    if (!success || there >= needed || (warned && !ESSENTIAL.includes(of))) continue;
    return `a success, and of ${needed} positive signs of the ${of} ${there} came`;
  }
  return undefined;
}

/** What is told as written also beside a failure. */
function falseClaim({ written }: Outcome, counts: SignCounts, expected: SignCounts): string | undefined {
  const claims: readonly (readonly [SignSubject, unknown])[] = [
    ['contact', written?.email],
    ['membership', written?.audiencesJoined?.[0]],
    ['tags', written?.tagsAdded?.[0]],
  ];
  for (const [of, claimed] of claims) {
    if (claimed === undefined || (expected[of] ?? 0) === 0 || (counts[of] ?? 0) > 0) continue;
    return `tells the ${of} as written, and no positive sign of it came`;
  }
  return undefined;
}

/** What a look shows may be told as written, too. */
function hasRead({ exchanges }: Replayed): boolean {
  return exchanges.some(({ request, answer }) => request.method === 'GET' && answer.status === 200);
}

/** What passes is not told as permanent, and nobody is refused by an answer that cannot be read. */
function falseVerdict(
  outcome: Outcome,
  { exchanges }: RecordedCall,
  { answer }: Substitution,
): string | undefined {
  const permanent = outcome.kind === 'refused' || outcome.kind === 'misconfigured';
  if (answer.status === 429 && (permanent || outcome.kind === 'unauthorised')) return 'permanent after a 429';
  // Too large is too large, whoever on the way says so.
  if (!permanent || exchanges.length === 0 || answer.status === 413 || isBare404(answer)) return undefined;
  if (answer.status >= 500) return `permanent after a ${answer.status}`;
  return /^\s*[[{]/.test(answer.text) ? undefined : 'permanent after an answer that is no document';
}

/** Nothing there, and nothing to say about it. */
function isBare404({ status, text }: RawAnswer): boolean {
  return status === 404 && text.trim() === '';
}

function falseWait(outcome: Outcome): string | undefined {
  if (outcome.kind !== 'throttled' || outcome.until === undefined) return undefined;
  const wait = outcome.until.getTime() - REPLAY_NOW;
  return wait > 0 && wait <= LONGEST_WAIT_MS ? undefined : `waits for ${wait} ms`;
}

function ofChange({ desired }: ContactChange): Item {
  return { email: desired.email, marks: [] };
}

function ofEvent({ email, dedupeId }: ContactEvent): Item {
  return { email, marks: [dedupeId] };
}
