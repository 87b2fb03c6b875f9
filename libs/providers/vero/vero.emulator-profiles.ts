import type { EmulatedConsent } from '@rekomi/provider-contract';

export type Data = Readonly<Record<string, unknown>>;

export interface EventRecord {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly data: Data;
  /** Milliseconds since 1970; equal events that come soon after count as this one. */
  readonly receivedAt: number;
}

export type Operation =
  | { readonly kind: 'track'; readonly id: string; readonly email?: string; readonly data: Data }
  | {
      readonly kind: 'tags';
      readonly id: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'rename'; readonly id: string; readonly newId: string }
  | { readonly kind: 'consent'; readonly id: string; readonly consent: EmulatedConsent }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'event'; readonly id: string; readonly email?: string; readonly event: EventRecord };

export interface Profile {
  /** What identifies it; several profiles may have the same address. */
  id: string;
  email: string;
  readonly data: Map<string, unknown>;
  readonly tags: Set<string>;
  consent: EmulatedConsent;
  readonly events: EventRecord[];
}

/** The profiles of one project. */
export class Profiles {
  readonly byId = new Map<string, Profile>();

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'track': {
        const profile = this.at(operation.id, operation.email);
        for (const [name, value] of Object.entries(operation.data)) profile.data.set(name, value);
        return;
      }
      case 'event':
        return void this.at(operation.id, operation.email).events.push(operation.event);
      case 'delete':
        return void this.byId.delete(operation.id);
      case 'rename': {
        const profile = this.byId.get(operation.id);
        if (profile === undefined) return;
        this.byId.delete(operation.id);
        profile.id = operation.newId;
        return void this.byId.set(operation.newId, profile);
      }
      case 'tags': {
        const tags = this.byId.get(operation.id)?.tags;
        for (const tag of operation.add) tags?.add(tag);
        for (const tag of operation.remove) tags?.delete(tag);
        return;
      }
      case 'consent': {
        const profile = this.byId.get(operation.id);
        if (profile !== undefined) profile.consent = operation.consent;
      }
    }
  }

  find(email: string): Profile | undefined {
    const wanted = email.toLowerCase();
    const direct = this.byId.get(wanted);
    if (direct !== undefined) return direct;
    return [...this.byId.values()].find((profile) => profile.email.toLowerCase() === wanted);
  }

  private at(id: string, email = id): Profile {
    const known = this.byId.get(id);
    if (known !== undefined) {
      known.email = email;
      return known;
    }
    const profile: Profile = {
      id,
      email,
      data: new Map(),
      tags: new Set(),
      consent: 'subscribed',
      events: [],
    };
    this.byId.set(id, profile);
    return profile;
  }
}
