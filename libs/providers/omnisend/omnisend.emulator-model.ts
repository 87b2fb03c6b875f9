/** The emulated Omnisend as it is kept. */
export interface Brand {
  readonly id: string;
  readonly name: string;
  readonly apiKey: string;
  /** What the key may do. */
  readonly permissions: readonly string[];
  readonly segments: Segment[];
  /** Tags that somebody has chosen for something, in use or not. */
  readonly tags: Set<string>;
  readonly contacts: Map<string, Contact>;
  /** Address in lower case → id. */
  readonly byEmail: Map<string, string>;
  /** Event name and property → the kind of value that its first event had. */
  readonly kinds: Map<string, string>;
}

/** Computed by the vendor: everybody with this tag. */
export interface Segment {
  readonly segmentID: string;
  readonly name: string;
  readonly tag: string;
}

export interface Contact {
  readonly id: string;
  readonly email: string;
  readonly created: number;
  firstName: string | undefined;
  lastName: string | undefined;
  status: string;
  statusChangedAt: number;
  readonly properties: Map<string, unknown>;
  readonly tags: Set<string>;
  /** Taken and applied later, in this order. */
  waiting: TagChange[];
  readonly events: StoredEvent[];
  welcomed: boolean;
}

export interface TagChange {
  readonly at: number;
  readonly add: boolean;
  readonly tags: readonly string[];
}

export interface StoredEvent {
  readonly id: string;
  readonly name: string;
  /** Milliseconds. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything that can happen, with all that decides its effect. `b` is the brand. */
export type Operation =
  | {
      readonly k: 'contact';
      readonly b: string;
      readonly id: string;
      readonly email: string;
      readonly at: number;
    }
  | {
      readonly k: 'update';
      readonly b: string;
      readonly id: string;
      readonly firstName?: string;
      readonly lastName?: string;
      readonly status?: string;
      readonly statusChangedAt?: number;
      readonly properties?: Readonly<Record<string, unknown>>;
      /** All tags that the contact has from now on. */
      readonly tags?: readonly string[];
      readonly welcomed?: boolean;
    }
  | { readonly k: 'tags'; readonly b: string; readonly ids: readonly string[]; readonly change: TagChange }
  | { readonly k: 'event'; readonly b: string; readonly id: string; readonly event: StoredEvent }
  | { readonly k: 'tag'; readonly b: string; readonly tag: string }
  | { readonly k: 'tag_gone'; readonly b: string; readonly tag: string }
  | { readonly k: 'settle' }
  | { readonly k: 'revoke'; readonly revoked: boolean }
  | { readonly k: 'reset' };

export const VERSION = '2026-03-15';
export const TAG_DELAY_MS = 2000;
export const CALLS_PER_MINUTE = 400;
export const TAG_CALLS_PER_MINUTE = 60;

export const DEMO: readonly Pick<Brand, 'id' | 'name' | 'apiKey' | 'permissions'>[] = [
  {
    id: '64f0c0ffee00000000000001',
    name: 'Acme Shop',
    apiKey: 'sandbox-omnisend-acme-shop-0001',
    permissions: ['contacts', 'events', 'brands', 'segments'],
  },
  // Its key was made with the two permissions that are needed, and no more.
  {
    id: '64f0c0ffee00000000000002',
    name: 'Riverside Goods',
    apiKey: 'sandbox-omnisend-riverside-0002',
    permissions: ['contacts', 'events'],
  },
];

export function demoBrands(): Map<string, Brand> {
  return new Map(
    DEMO.map((brand) => {
      const segments = [
        { segmentID: '64f0c0ffee0000000000abcd', name: 'Affiliates', tag: 'Rekomi affiliate' },
        { segmentID: '64f0c0ffee0000000000abce', name: 'Partners of spring', tag: 'spring' },
      ];
      const empty = { contacts: new Map<string, Contact>(), byEmail: new Map<string, string>() };
      return [
        brand.id,
        { ...brand, ...empty, segments, tags: new Set(['Rekomi affiliate']), kinds: new Map() },
      ];
    }),
  );
}

export function keyOf(email: string): string {
  return email.trim().toLowerCase();
}

/** The tags that the contact has by now. */
export function tagsAt({ tags, waiting }: Contact, now: number): ReadonlySet<string> {
  const all = new Set(tags);
  for (const change of waiting) {
    if (now < change.at) continue;
    for (const tag of change.tags)
      if (change.add) all.add(tag);
      else all.delete(tag);
  }
  return all;
}
