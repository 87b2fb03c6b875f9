import type {
  ContactChange,
  ContactEvent,
  ContactRemoval,
  Outcome,
  WrittenContact,
  WrittenDelta,
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

/** One person at a vendor that does as it is told, with things of the merchant's own beside ours. */
export class ModelVendor {
  readonly fields = new Map<string, unknown>([['plan', 'theirs']]);
  readonly tags = new Set<string>(['theirs']);
  /** Dedupe ids in the order of their first application, those left out that landed after their worker's death. */
  readonly applied: string[] = [];
  /** Every arrival, repeats included. */
  readonly arrivals = new Map<string, number>();
  /** What was sent and is written down nowhere: nobody can know that it is there, so nobody can take it back. */
  readonly doubtful = new Set<string>();
  private readonly unrecorded = new Set<string>();

  upsert(change: ContactChange, fate: Fate, now: number): Outcome {
    const full = deltaOf(change);
    const half: WrittenDelta = full.fields === undefined ? {} : { fields: full.fields };
    // From here on these are known to be ours, also when an older write lands after this.
    for (const tag of full.tagsRemoved ?? []) this.doubtful.delete(tag);
    return this.settleFate(fate, now, full, half, () => sameAsNothing(full));
  }

  remove(removal: ContactRemoval, fate: Fate, now: number): Outcome {
    const { fields, tags } = removal.previous;
    const full: WrittenDelta = {
      fields: Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
      tagsRemoved: tags,
    };
    const half: WrittenDelta = { tagsRemoved: tags };
    // From here on these are known to be ours, also when an older write lands after this.
    for (const name of [...Object.keys(fields), ...tags]) this.doubtful.delete(name);
    return this.settleFate(fate, now, full, half, () => false);
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
    full: WrittenDelta,
    half: WrittenDelta,
    nothingToDo: () => boolean,
  ): Outcome {
    if ((fate === 'accepted' || fate === 'confirmed') && nothingToDo()) return { kind: 'unchanged' };
    const applies = ['accepted', 'confirmed', 'ambiguous_applied', 'crash_applied'].includes(fate);
    const halfway = fate.endsWith('halfway');
    if (applies) this.apply(full);
    if (halfway) this.apply(half);
    for (const name of namesIn(full)) {
      if (fate === 'ambiguous_applied') this.doubtful.add(name);
      else this.unrecorded.add(name);
    }
    if (fate.startsWith('crash'))
      throw new Crash(fate === 'crash_landing_late' ? () => this.apply(full) : undefined);
    return outcomeOf(fate, now, halfway ? half : applies && fate !== 'ambiguous_applied' ? full : undefined);
  }

  private apply(delta: WrittenDelta): void {
    for (const [name, value] of Object.entries(delta.fields ?? {})) {
      if (value === null) this.fields.delete(name);
      else this.fields.set(name, value);
    }
    for (const tag of delta.tagsAdded ?? []) this.tags.add(tag);
    for (const tag of delta.tagsRemoved ?? []) this.tags.delete(tag);
  }

  /** What the worker heard is written down. */
  recorded(): void {
    this.unrecorded.clear();
  }

  /** What the worker heard went with it. */
  forgotten(): void {
    for (const name of this.unrecorded) this.doubtful.add(name);
    this.unrecorded.clear();
  }
}

/** As a provider does it: the difference to what we wrote, or everything when that is not to be trusted. */
function deltaOf(change: ContactChange): WrittenDelta {
  const previous: WrittenContact | undefined = change.previous;
  const known = change.rewrite === true ? undefined : previous;
  const fields = Object.fromEntries(
    Object.entries(change.desired.attributes).filter(
      ([name, value]) => known?.fields[name] !== value,
    ) as (readonly [string, string | number | boolean])[],
  );
  const tagsAdded = change.desired.tags.filter((tag) => known?.tags.includes(tag) !== true);
  const tagsRemoved = (previous?.tags ?? []).filter((tag) => !change.desired.tags.includes(tag));
  return {
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(tagsAdded.length === 0 ? {} : { tagsAdded }),
    ...(tagsRemoved.length === 0 ? {} : { tagsRemoved }),
  };
}

function namesIn(delta: WrittenDelta): readonly string[] {
  const fields = Object.entries(delta.fields ?? {}).filter(([, value]) => value !== null);
  return [...fields.map(([name]) => name), ...(delta.tagsAdded ?? [])];
}

function sameAsNothing(delta: WrittenDelta): boolean {
  return Object.keys(delta).length === 0;
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
