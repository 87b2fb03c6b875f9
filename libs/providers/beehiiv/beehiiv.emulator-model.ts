/** The emulated beehiiv as it is kept. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly apiKey: string;
  readonly publications: Map<string, Publication>;
}

export interface Publication {
  readonly id: string;
  readonly name: string;
  /** Unix seconds. */
  readonly created: number;
  readonly fields: CustomField[];
  readonly tags: Set<string>;
  /** By address in lower case. */
  readonly subscriptions: Map<string, Subscription>;
}

export interface CustomField {
  readonly id: string;
  readonly kind: string;
  readonly display: string;
}

export interface Subscription {
  readonly id: string;
  email: string;
  status: string;
  /** Unix seconds. */
  readonly created: number;
  readonly fields: Map<string, string | number | boolean>;
  readonly tags: Set<string>;
  readonly utmSource: string;
}

export type FieldValue = string | number | boolean;

/** Everything that can happen, with all that decides its effect. `w` is the workspace, `p` the publication. */
export type Operation =
  | {
      readonly k: 'publication';
      readonly w: string;
      readonly p: string;
      readonly name: string;
      readonly at: number;
    }
  | { readonly k: 'publication_gone'; readonly w: string; readonly p: string }
  | { readonly k: 'field'; readonly w: string; readonly p: string; readonly field: CustomField }
  | {
      readonly k: 'subscribe';
      readonly w: string;
      readonly p: string;
      readonly id: string;
      readonly email: string;
      readonly status: string;
      readonly at: number;
      readonly utmSource: string;
    }
  | {
      readonly k: 'update';
      readonly w: string;
      readonly p: string;
      readonly id: string;
      readonly email?: string;
      readonly status?: string;
      /** null takes a value away. */
      readonly fields?: Readonly<Record<string, FieldValue | null>>;
    }
  | {
      readonly k: 'tag';
      readonly w: string;
      readonly p: string;
      readonly id: string;
      readonly tags: readonly string[];
    }
  | { readonly k: 'delete'; readonly w: string; readonly p: string; readonly id: string }
  | { readonly k: 'settle' }
  | { readonly k: 'revoke'; readonly revoked: boolean }
  | { readonly k: 'reset' };

/** How long an address is being checked before its subscription is active. Milliseconds. */
export const VALIDATION_MS = 2000;
/** https://developers.beehiiv.com (subscription tags), 2026-11. */
export const MAXIMUM_TAGS = 100;

interface Demo {
  readonly id: string;
  readonly name: string;
  readonly apiKey: string;
  readonly publications: readonly {
    readonly id: string;
    readonly name: string;
    readonly fields: readonly string[];
  }[];
}

export const STANDARD_FIELDS: readonly string[] = [
  'First Name',
  'Last Name',
  'rekomi_status',
  'rekomi_tier',
  'rekomi_favourite',
];

/** The workspaces of a fresh sandbox. The second publication knows fewer fields. */
export const DEMO: readonly Demo[] = [
  {
    id: 'wrk_5a9d0c51-1f4e-4a5b-9a53-2f64b1c0d001',
    name: 'Acme Letters',
    apiKey: 'sandboxBeehiivAcmeLettersKey0001',
    publications: [
      { id: 'pub_0d1f2a3b-0001-4c4d-8e5f-6a7b8c9d0e01', name: 'Acme Weekly', fields: STANDARD_FIELDS },
      { id: 'pub_0d1f2a3b-0002-4c4d-8e5f-6a7b8c9d0e02', name: 'Acme Partners', fields: ['First Name'] },
    ],
  },
  {
    id: 'wrk_5a9d0c51-1f4e-4a5b-9a53-2f64b1c0d002',
    name: 'Riverside Notes',
    apiKey: 'sandboxBeehiivRiversideKey000002',
    publications: [
      { id: 'pub_0d1f2a3b-0003-4c4d-8e5f-6a7b8c9d0e03', name: 'Riverside Notes', fields: STANDARD_FIELDS },
    ],
  },
];

export function demoWorkspaces(): Map<string, Workspace> {
  return new Map(
    DEMO.map(({ id, name, apiKey, publications }) => [
      id,
      {
        id,
        name,
        apiKey,
        publications: new Map(
          publications.map((one) => [one.id, newPublication(one.id, one.name, 1_666_800_076, one.fields)]),
        ),
      },
    ]),
  );
}

export function newPublication(
  id: string,
  name: string,
  created: number,
  fields: readonly string[],
): Publication {
  return {
    id,
    name,
    created,
    fields: fields.map((display, index) => ({
      id: `${id.slice(4, 31)}${String(index).padStart(9, '0')}`,
      kind: 'string',
      display,
    })),
    tags: new Set(),
    subscriptions: new Map(),
  };
}

export function keyOf(email: string): string {
  return email.trim().toLowerCase();
}
