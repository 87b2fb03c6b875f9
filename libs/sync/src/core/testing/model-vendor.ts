import {
  joinDeltas,
  type ContactChange,
  type ContactEvent,
  type ContactRemoval,
  type Outcome,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';

/** What a vendor does with one request, and what we get to hear about it. */
export const FATES = [
  'accepted',
  'confirmed',
  'refused',
  'refused_halfway',
  'ignored',
  'throttled',
  'throttled_until',
  'unavailable',
  'unavailable_halfway',
  'ambiguous_applied',
  'ambiguous_lost',
  'withheld',
  'unauthorised',
  'misconfigured',
  'crash_before',
  'crash_applied',
  'crash_landing_late',
] as const;
export type Fate = (typeof FATES)[number];

/** Thrown where the worker dies: nothing of its run is ever written down. */
export class Crash extends Error {
  constructor(readonly landsLater?: () => void) {
    super('The worker died.');
  }
}

/** A person at the vendor: things of the merchant's own beside ours. */
interface Profile {
  readonly fields: Map<string, unknown>;
  readonly tags: Set<string>;
  /** The merchant's, also where we wish for a tag of the same name. */
  readonly theirs: ReadonlySet<string>;
}

/** One vendor that does as it is told, with a profile per address. */
export class ModelVendor {
  readonly profiles = new Map<string, Profile>();
  /** Dedupe ids in the order of their first application, those left out that landed after their worker's death. */
  readonly applied: string[] = [];
  /** Every arrival, repeats included. */
  readonly arrivals = new Map<string, number>();

  /** @param shared A tag of the merchant's own that we may wish for as well. */
  constructor(private readonly shared: readonly string[] = []) {}

  profile(email: string): Profile {
    const theirs = ['theirs', ...this.shared];
    const profile = this.profiles.get(email) ?? {
      fields: new Map<string, unknown>([['plan', 'theirs']]),
      tags: new Set(theirs),
      theirs: new Set(theirs),
    };
    this.profiles.set(email, profile);
    return profile;
  }

  upsert(change: ContactChange, fate: Fate, now: number): Outcome {
    const { previous, desired } = change;
    const moved = previous !== undefined && previous.email !== desired.email ? previous : undefined;
    const full = deltaOf(change, moved !== undefined, this.profile(desired.email).tags);
    // The look comes before any write, so it is told as well where nobody heard the end of one.
    const seen = (outcome: Outcome): Outcome =>
      full.tagsFound === undefined || outcome.kind !== 'ambiguous'
        ? outcome
        : { ...outcome, written: { ...outcome.written, tagsFound: full.tagsFound } };
    if (moved !== undefined) {
      const left = this.remove({ contactId: change.contactId, previous: moved }, fate, now);
      if (left.kind !== 'accepted' && left.kind !== 'confirmed') return seen(left);
    }
    const half: WrittenDelta = full.fields === undefined ? {} : { fields: full.fields };
    const outcome = seen(this.settleFate(fate, now, desired.email, { full, half }));
    if (moved === undefined || outcome.written === undefined) return outcome;
    return { ...outcome, written: joinDeltas(goneFrom(moved), { ...outcome.written, email: desired.email }) };
  }

  remove(removal: ContactRemoval, fate: Fate, now: number): Outcome {
    const { previous } = removal;
    const half: WrittenDelta = { tagsRemoved: previous.tags };
    return this.settleFate(fate, now, previous.email, { full: goneFrom(previous), half });
  }

  event(event: ContactEvent, fate: Fate, now: number): Outcome {
    const arrive = (): number => {
      const before = this.arrivals.get(event.dedupeId) ?? 0;
      this.arrivals.set(event.dedupeId, before + 1);
      return before;
    };
    const apply = (): void => {
      if (arrive() === 0) this.applied.push(event.dedupeId);
    };
    if (fate === 'crash_applied' || fate === 'ambiguous_applied' || fate === 'accepted') apply();
    if (fate === 'confirmed') apply();
    if (fate.startsWith('crash')) throw new Crash(fate === 'crash_landing_late' ? arrive : undefined);
    return outcomeOf(fate, now, undefined);
  }

  private settleFate(
    fate: Fate,
    now: number,
    email: string,
    { full, half }: { readonly full: WrittenDelta; readonly half: WrittenDelta },
  ): Outcome {
    if ((fate === 'accepted' || fate === 'confirmed') && Object.keys(full).length === 0)
      return { kind: 'unchanged' };
    const applies = ['accepted', 'confirmed', 'ambiguous_applied', 'crash_applied'].includes(fate);
    const halfway = fate.endsWith('halfway');
    if (applies) this.apply(email, full);
    if (halfway) this.apply(email, half);
    if (fate.startsWith('crash'))
      throw new Crash(fate === 'crash_landing_late' ? () => this.apply(email, full) : undefined);
    return outcomeOf(fate, now, halfway ? half : applies && fate !== 'ambiguous_applied' ? full : undefined);
  }

  private apply(email: string, delta: WrittenDelta): void {
    const { fields, tags } = this.profile(email);
    for (const [name, value] of Object.entries(delta.fields ?? {})) {
      if (value === null) fields.delete(name);
      else fields.set(name, value);
    }
    for (const tag of delta.tagsAdded ?? []) tags.add(tag);
    for (const tag of delta.tagsRemoved ?? []) tags.delete(tag);
  }
}

/** As a provider does it: the difference to what we wrote, or everything when that is not to be trusted. */
function deltaOf(change: ContactChange, moved: boolean, there: ReadonlySet<string>): WrittenDelta {
  const previous: WrittenContact | undefined = moved ? undefined : change.previous;
  const known = change.rewrite === true ? undefined : previous;
  const fields = Object.fromEntries(
    Object.entries(change.desired.attributes)
      .map(([name, value]) => [`our_${name}`, value] as const)
      .filter(([name, value]) => known?.fields[name] !== value) as (readonly [
      string,
      string | number | boolean,
    ])[],
  );
  const missing = change.desired.tags.filter(
    (tag) => known?.tags.includes(tag) !== true && known?.tagsFound?.includes(tag) !== true,
  );
  const tagsAdded = missing.filter((tag) => !there.has(tag));
  const tagsFound = missing.filter((tag) => there.has(tag));
  const tagsRemoved = (previous?.tags ?? []).filter((tag) => !change.desired.tags.includes(tag));
  return {
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(tagsAdded.length === 0 ? {} : { tagsAdded }),
    ...(tagsRemoved.length === 0 ? {} : { tagsRemoved }),
    ...(tagsFound.length === 0 ? {} : { tagsFound }),
  };
}

function goneFrom({ fields, tags }: WrittenContact): WrittenDelta {
  return { fields: Object.fromEntries(Object.keys(fields).map((name) => [name, null])), tagsRemoved: tags };
}

function outcomeOf(fate: Fate, now: number, written: WrittenDelta | undefined): Outcome {
  const delta = written === undefined ? {} : { written };
  switch (fate) {
    case 'accepted':
    case 'confirmed':
      return { kind: fate, ...delta };
    case 'refused':
    case 'refused_halfway':
      return { kind: 'refused', code: 'contact_refused', ...delta };
    case 'ignored':
      return { kind: 'ignored', code: 'vendor_ignored' };
    case 'throttled':
      return { kind: 'throttled', code: 'vendor_throttled', family: 'people', status: 429 };
    case 'throttled_until':
      return {
        kind: 'throttled',
        code: 'vendor_throttled',
        family: 'people',
        status: 429,
        until: new Date(now + 5_000),
      };
    case 'withheld':
      return { kind: 'unavailable', code: 'send_withheld' };
    case 'unauthorised':
      return { kind: 'unauthorised', code: 'credentials_rejected' };
    case 'misconfigured':
      return { kind: 'misconfigured', code: 'audience_missing', setting: 'audience' };
    case 'ambiguous_applied':
    case 'ambiguous_lost':
      return { kind: 'ambiguous', code: 'vendor_timeout' };
    default:
      return { kind: 'unavailable', code: 'vendor_error', ...delta };
  }
}
