import {
  audienceDifference,
  tagDifference,
  type ContactChange,
  type ContactEvent,
  type FieldValue,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';

import type { LaneStep } from '../lane-step.js';

/** A person at the vendor, whoever put them there. */
export interface CrmProfile {
  readonly fields: Map<string, FieldValue>;
  readonly tags: Set<string>;
  readonly lists: Set<string>;
  /** Lists that the person left by themselves. */
  readonly optedOut: Set<string>;
  consent: 'never asked' | 'subscribed' | 'unsubscribed';
}

/** How much of a request takes effect. */
export type Extent = 'whole' | 'half' | 'nothing';

/**
 * A vendor with fields, tags, lists and consent, and a provider that does with it what the contract asks: it sends the
 * difference, claims as added what was not there before, takes back what is ours, and never raises consent.
 */
export class ModelCrm {
  readonly profiles = new Map<string, CrmProfile>();
  /** Dedupe ids in the order of their first arrival. */
  readonly events: string[] = [];
  readonly arrivals = new Map<string, number>();
  /** Requests that were about the contact itself. */
  writes = 0;

  profile(email: string): CrmProfile {
    let profile = this.profiles.get(email);
    if (profile === undefined) {
      profile = {
        fields: new Map<string, FieldValue>([['plan', 'theirs']]),
        tags: new Set(['theirs']),
        lists: new Set(),
        optedOut: new Set(),
        consent: 'never asked',
      };
      this.profiles.set(email, profile);
    }
    return profile;
  }

  /** Does a step, and says what it changed of the contact. */
  perform(step: Exclude<LaneStep, { kind: 'end' }>, extent: Extent): WrittenDelta | undefined {
    switch (step.kind) {
      case 'upsert':
        return this.upsert(step.change, extent);
      case 'remove':
        this.writes += 1;
        return this.takeBack(step.removal.previous, extent);
      case 'event':
        if (extent === 'whole') this.track(step.event);
        return undefined;
    }
  }

  /** Whether the step would send anything. */
  needsRequest(step: Exclude<LaneStep, { kind: 'end' }>): boolean {
    if (step.kind !== 'upsert') return true;
    // Who was never written is put there, whatever there is to say of them.
    const { change } = step;
    return change.previous?.email !== change.desired.email || !isEmpty(wishesOf(change));
  }

  private track({ dedupeId }: ContactEvent): void {
    const before = this.arrivals.get(dedupeId) ?? 0;
    this.arrivals.set(dedupeId, before + 1);
    if (before === 0) this.events.push(dedupeId);
  }

  private upsert(change: ContactChange, extent: Extent): WrittenDelta {
    const moved = movedFrom(change);
    const wishes = wishesOf(change);
    this.writes += 1;
    const gone = moved === undefined ? {} : this.takeBack(moved, extent);
    const { email } = change.desired;
    if (moved !== undefined && extent !== 'whole') return gone;
    const delta = this.write(email, wishes, extent);
    if (extent === 'whole' && change.consent !== undefined) {
      const profile = this.profile(email);
      if (profile.consent === 'never asked') profile.consent = 'subscribed';
    }
    return moved === undefined ? delta : { ...join(gone, delta), email };
  }

  /** Half of it: the fields, and nothing of tags and lists. */
  private write(email: string, wishes: Wishes, extent: Extent): WrittenDelta {
    if (extent === 'nothing') return {};
    const profile = this.profile(email);
    const fields: Record<string, FieldValue | null> = {};
    for (const [name, value] of Object.entries(wishes.fields)) {
      fields[name] = value;
      if (value === null) profile.fields.delete(name);
      else profile.fields.set(name, value);
    }
    if (extent === 'half') return { fields };
    const tagsAdded = wishes.tags.add.filter((tag) => !profile.tags.has(tag));
    const audiencesJoined = wishes.lists.add.filter(
      (list) => !profile.lists.has(list) && !profile.optedOut.has(list),
    );
    const tagsFound = wishes.tags.add.filter((tag) => profile.tags.has(tag));
    const audiencesFound = wishes.lists.add.filter((list) => profile.lists.has(list));
    for (const tag of tagsAdded) profile.tags.add(tag);
    for (const list of audiencesJoined) profile.lists.add(list);
    for (const tag of wishes.tags.remove) profile.tags.delete(tag);
    for (const list of wishes.lists.remove) profile.lists.delete(list);
    return {
      fields,
      tagsAdded,
      audiencesJoined,
      tagsFound,
      audiencesFound,
      tagsRemoved: wishes.tags.remove,
      audiencesLeft: wishes.lists.remove,
    };
  }

  private takeBack({ email, fields, tags, audiences }: WrittenContact, extent: Extent): WrittenDelta {
    if (extent === 'nothing') return {};
    const profile = this.profile(email);
    for (const tag of tags) profile.tags.delete(tag);
    if (extent === 'half') return { tagsRemoved: tags };
    for (const list of audiences) profile.lists.delete(list);
    for (const name of Object.keys(fields)) profile.fields.delete(name);
    return {
      fields: Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
      tagsRemoved: tags,
      audiencesLeft: audiences,
    };
  }
}

interface Wishes {
  readonly fields: Readonly<Record<string, FieldValue | null>>;
  readonly tags: { readonly add: readonly string[]; readonly remove: readonly string[] };
  readonly lists: { readonly add: readonly string[]; readonly remove: readonly string[] };
}

/** The difference to what we wrote, or everything where that is not to be trusted. */
function wishesOf(change: ContactChange): Wishes {
  const previous = movedFrom(change) === undefined ? change.previous : undefined;
  const compared: ContactChange = { ...change, previous: previous ?? NOTHING };
  const known = change.rewrite === true ? undefined : previous;
  const fields: Record<string, FieldValue | null> = {};
  for (const [name, value] of Object.entries(change.desired.attributes)) {
    const field = `our_${name}`;
    if (typeof value !== 'object') {
      if (known?.fields[field] !== value) fields[field] = value;
    } else if (change.rewrite === true || previous?.fields[field] !== undefined) fields[field] = null;
  }
  return { fields, tags: tagDifference(compared), lists: audienceDifference(compared) };
}

const NOTHING: WrittenContact = { email: '', fields: {}, tags: [], audiences: [] };

/** What was written under another address than the one that is wanted. */
function movedFrom({ previous, desired }: ContactChange): WrittenContact | undefined {
  return previous !== undefined && previous.email !== desired.email ? previous : undefined;
}

function isEmpty({ fields, tags, lists }: Wishes): boolean {
  const parts = [tags.add, tags.remove, lists.add, lists.remove];
  return Object.keys(fields).length === 0 && parts.every(({ length }) => length === 0);
}

/** What the move took away at the old address is said of the contact as a whole; what it has now comes on top. */
function join(gone: WrittenDelta, now: WrittenDelta): WrittenDelta {
  const added = new Set(now.tagsAdded);
  const joined = new Set(now.audiencesJoined);
  return {
    fields: { ...gone.fields, ...now.fields },
    tagsAdded: now.tagsAdded ?? [],
    audiencesJoined: now.audiencesJoined ?? [],
    tagsFound: now.tagsFound ?? [],
    audiencesFound: now.audiencesFound ?? [],
    tagsRemoved: (gone.tagsRemoved ?? []).filter((tag) => !added.has(tag)),
    audiencesLeft: (gone.audiencesLeft ?? []).filter((list) => !joined.has(list)),
  };
}
