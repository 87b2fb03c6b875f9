/** The emulated Kit as it is kept. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly apiKey: string;
  /** The highest id that was ever given to anything. */
  lastId: number;
  readonly tags: Map<number, Tag>;
  readonly fields: CustomField[];
  readonly subscribers: Map<number, Subscriber>;
  /** Address in lower case → id. */
  readonly byEmail: Map<string, number>;
}

export interface Tag {
  readonly id: number;
  readonly name: string;
  /** Milliseconds. */
  readonly created: number;
}

export interface CustomField {
  readonly id: number;
  readonly key: string;
  readonly label: string;
}

export interface Subscriber {
  readonly id: number;
  email: string;
  firstName: string | null;
  state: string;
  readonly created: number;
  /** Lists and searches show somebody new only from then on. */
  listedFrom: number;
  readonly fields: Map<string, string>;
  /** Custom fields that were taken with 202 and are written by then. */
  later: { readonly at: number; readonly fields: Readonly<Record<string, string>> } | undefined;
  /** Tag id → when it was added. */
  readonly tags: Map<number, number>;
}

/** Everything that can happen, with all that decides its effect. `a` is the account. */
export type Operation =
  | { readonly k: 'tag'; readonly a: number; readonly tag: Tag }
  | { readonly k: 'tag_gone'; readonly a: number; readonly tag: number }
  | { readonly k: 'field'; readonly a: number; readonly field: CustomField }
  | {
      readonly k: 'subscriber';
      readonly a: number;
      readonly id: number;
      readonly email: string;
      readonly state: string;
      readonly at: number;
      readonly listedFrom: number;
    }
  | {
      readonly k: 'update';
      readonly a: number;
      readonly id: number;
      readonly email?: string;
      readonly firstName?: string | null;
      readonly state?: string;
      readonly fields?: Readonly<Record<string, string>>;
      /** When the fields are written; at once when absent. */
      readonly fieldsAt?: number;
    }
  | {
      readonly k: 'tagged';
      readonly a: number;
      readonly id: number;
      readonly tag: number;
      readonly at: number;
    }
  | { readonly k: 'untagged'; readonly a: number; readonly id: number; readonly tag: number }
  | { readonly k: 'settle' }
  | { readonly k: 'revoke'; readonly revoked: boolean }
  | { readonly k: 'reset' };

/** https://developers.kit.com/api-reference: lists lag about 30 s, and more than 10 custom fields are written later. */
export const LIST_LAG_MS = 30_000;
export const FIELDS_LAG_MS = 5_000;
export const FIELDS_AT_ONCE = 10;
export const CALLS_PER_MINUTE = 120;

export const DEMO: readonly Pick<Account, 'id' | 'name' | 'apiKey'>[] = [
  { id: 201, name: 'Acme Creators', apiKey: 'kit_sandbox0acme0creators01' },
  { id: 202, name: 'Riverside Studio', apiKey: 'kit_sandbox0riverside00002' },
];

/** The accounts of a fresh sandbox, each with two tags and one custom field. */
export function demoAccounts(): Map<number, Account> {
  return new Map(
    DEMO.map(({ id, name, apiKey }) => {
      const tags = [
        { id: 5, name: 'Affiliates', created: 1_676_634_235_000 },
        { id: 6, name: 'Newsletter readers', created: 1_676_634_235_000 },
      ];
      const fields = [{ id: 1, key: 'last_name', label: 'Last name' }];
      const account: Account = {
        ...{ id, name, apiKey, fields },
        lastId: 100,
        tags: new Map(tags.map((tag) => [tag.id, tag])),
        subscribers: new Map(),
        byEmail: new Map(),
      };
      return [id, account];
    }),
  );
}

export function keyOfEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** What is written by now. */
export function fieldsAt(subscriber: Subscriber, now: number): ReadonlyMap<string, string> {
  const { fields, later } = subscriber;
  if (later === undefined || now < later.at) return fields;
  return new Map([...fields, ...Object.entries(later.fields)]);
}
