import type {
  AudienceCreation,
  AudiencePage,
  ContactReading,
  CrmProvider,
  Outcome,
  Verification,
} from '@rekomi/provider-contract';

import { audiencePageIn, outcomeIn, readingIn, creationIn, verificationIn } from './well-formed.js';

/** Tells about a provider that broke its contract: a bug, never an expected failure. */
export type ReportFault = (err: unknown, provider: string) => void;

export interface ContainmentOptions {
  readonly report: ReportFault;
  /** How long one call may take, waiting for the vendor's pace included, in milliseconds. */
  readonly limitMs?: number;
}

/** Longer than any call that keeps its promises: the slowest vendors take minutes for a bulk job, never this long. */
const LIMIT_MS = 10 * 60 * 1000;

/**
 * A provider behind a wall: whatever it does, a value comes back that the contract allows. One that throws, never ends,
 * answers something else, or answers for fewer items than it was given has the code `provider_fault`, and nobody else
 * is touched by it. An event may have been recorded before the fault, so that one is ambiguous.
 */
export function contain(
  provider: CrmProvider,
  { report, limitMs = LIMIT_MS }: ContainmentOptions,
): CrmProvider {
  const { slug } = provider.manifest;
  const guarded = async <Result>(
    call: () => Promise<unknown>,
    read: (answer: unknown) => Result | undefined,
    instead: Result,
  ): Promise<Result> => {
    try {
      const result = read(await within(limitMs, call()));
      if (result !== undefined) return result;
      throw new TypeError('A provider answered something that its contract does not allow.');
    } catch (err) {
      report(err, slug);
      return instead;
    }
  };
  const many = <Item>(
    call: (items: readonly Item[]) => Promise<unknown>,
    items: readonly Item[],
    instead: Outcome,
  ): Promise<readonly Outcome[]> =>
    guarded(
      () => call(items),
      (answer) => eachOf(answer, items.length, () => report(new TypeError(SHORT), slug), instead),
      items.map(() => instead),
    );

  return {
    manifest: provider.manifest,
    verify: (access) => guarded(() => provider.verify(access), verificationIn, UNVERIFIED),
    listAudiences: (access, cursor) =>
      guarded<AudiencePage>(() => provider.listAudiences(access, cursor), audiencePageIn, FAULT),
    upsertContact: (access, change) =>
      guarded<Outcome>(() => provider.upsertContact(access, change), outcomeIn, FAULT),
    trackEvent: (access, event) =>
      guarded<Outcome>(() => provider.trackEvent(access, event), outcomeIn, EVENT_FAULT),
    ...(provider.upsertContacts === undefined
      ? {}
      : {
          upsertContacts: (access, changes) =>
            many(async (items) => provider.upsertContacts?.(access, items), changes, FAULT),
        }),
    ...(provider.trackEvents === undefined
      ? {}
      : {
          trackEvents: (access, events) =>
            many(async (items) => provider.trackEvents?.(access, items), events, EVENT_FAULT),
        }),
    ...(provider.readContact === undefined
      ? {}
      : {
          readContact: (access, email) =>
            guarded<ContactReading>(async () => provider.readContact?.(access, email), readingIn, FAULT),
        }),
    ...(provider.createAudience === undefined
      ? {}
      : {
          createAudience: (access, name) =>
            guarded<AudienceCreation>(async () => provider.createAudience?.(access, name), creationIn, FAULT),
        }),
    ...(provider.removeContact === undefined
      ? {}
      : {
          removeContact: (access, removal) =>
            guarded<Outcome>(async () => provider.removeContact?.(access, removal), outcomeIn, FAULT),
        }),
    ...(provider.eraseContact === undefined
      ? {}
      : {
          eraseContact: (access, email) =>
            guarded<Outcome>(async () => provider.eraseContact?.(access, email), outcomeIn, FAULT),
        }),
  };
}

const FAULT = { kind: 'unavailable', code: 'provider_fault' } as const;
const EVENT_FAULT = { kind: 'ambiguous', code: 'provider_fault' } as const;
const UNVERIFIED: Verification = { kind: 'unreachable', code: 'provider_fault', checks: [] };
const SHORT = 'A provider answered for fewer items than it was given, or for more.';

/** Without a positive sign for an item its outcome is no success: what is missing or malformed counts as a fault. */
function eachOf(
  answer: unknown,
  items: number,
  onWrongCount: () => void,
  instead: Outcome,
): readonly Outcome[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const outcomes = answer.map((one) => outcomeIn(one) ?? instead);
  // With the wrong number nobody knows which outcome belongs to which item.
  if (outcomes.length === items) return outcomes;
  onWrongCount();
  return Array.from({ length: items }, () => instead);
}

async function within<Result>(limitMs: number, call: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`A provider did not answer within ${limitMs} ms.`)), limitMs);
      Promise.resolve(call).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
