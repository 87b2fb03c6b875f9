import type { StoredProfile } from './klaviyo.emulator-model.js';

export interface ProfileFault {
  readonly detail: string;
  /** Within the resource object. */
  readonly pointer: string;
}

/** What a request asks a profile to become. */
export interface ProfileInput {
  readonly id?: string;
  readonly email?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly append: Readonly<Record<string, unknown>>;
  readonly unappend: Readonly<Record<string, unknown>>;
  readonly unset: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const TEXTS: readonly string[] = [
  'first_name',
  'last_name',
  'organization',
  'locale',
  'title',
  'image',
  'external_id',
  'phone_number',
];
const KNOWN = new Set([...TEXTS, 'email', 'location', 'properties', '_kx']) as ReadonlySet<string>;
const MAXIMUM_BYTES = 100_000;

/** Reads a resource object `profile`, or says what is wrong with it. */
export function readProfile(resource: unknown): ProfileInput | ProfileFault {
  const object = asObject(resource);
  if (object.type !== 'profile') return { detail: "The type must be 'profile'.", pointer: '/type' };
  if (Buffer.byteLength(JSON.stringify(resource), 'utf8') > MAXIMUM_BYTES) {
    return { detail: 'The profile is larger than 100KB.', pointer: '' };
  }
  const attributes = asObject(object.attributes);
  const unknown = Object.keys(attributes).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) {
    return {
      detail: `'${unknown}' is not a valid field for the resource 'profile'.`,
      pointer: `/attributes/${unknown}`,
    };
  }
  const noText = TEXTS.find((name) => attributes[name] != null && typeof attributes[name] !== 'string');
  if (noText !== undefined) return { detail: 'Not a valid string.', pointer: `/attributes/${noText}` };
  const { email, properties, ...standard } = attributes;
  if (email != null && !isAddress(email)) {
    return { detail: 'Invalid email address', pointer: '/attributes/email' };
  }
  const patches = asObject(asObject(object.meta).patch_properties);
  const { unset = [] } = patches;
  return {
    ...(typeof object.id === 'string' ? { id: object.id } : {}),
    ...(typeof email === 'string' ? { email } : {}),
    attributes: standard,
    properties: asObject(properties),
    append: asObject(patches.append),
    unappend: asObject(patches.unappend),
    unset: (Array.isArray(unset) ? unset : [unset]).filter((name) => typeof name === 'string'),
  };
}

export function isFault(input: ProfileInput | ProfileFault): input is ProfileFault {
  return 'pointer' in input;
}

/** A profile nobody decided anything about. */
export function newProfile(id: string, email: string | undefined, at: string): StoredProfile {
  return {
    id,
    ...(email === undefined ? {} : { email }),
    attributes: {},
    properties: {},
    consent: 'NEVER_SUBSCRIBED',
    suppressions: [],
    listSuppressions: [],
    confirmations: 0,
    events: [],
    created: at,
    updated: at,
  };
}

/** null clears, absent stays. An appended value may stand there twice: that the vendor looks is not documented. */
export function withInput(profile: StoredProfile, input: ProfileInput, at: string): StoredProfile {
  const properties: Record<string, unknown> = { ...profile.properties, ...input.properties };
  for (const [name, value] of Object.entries(input.append)) {
    properties[name] = [...asList(properties[name]), ...asList(value)];
  }
  for (const [name, value] of Object.entries(input.unappend)) {
    const gone = asList(value);
    if (properties[name] !== undefined) {
      properties[name] = asList(properties[name]).filter((one) => !gone.includes(one));
    }
  }
  for (const name of input.unset) delete properties[name];
  return {
    ...profile,
    ...(input.email === undefined ? {} : { email: profile.email ?? input.email }),
    attributes: withoutNulls({ ...profile.attributes, ...input.attributes }),
    properties: withoutNulls(properties),
    updated: at,
  };
}

/** The resource object that the vendor answers with. */
export function profileResource(profile: StoredProfile, withSubscriptions: boolean): object {
  const { id, email = null, attributes, properties, created, updated } = profile;
  const marketing = {
    can_receive_email_marketing: profile.suppressions.length === 0,
    consent: profile.consent,
    consent_timestamp: profile.consent === 'NEVER_SUBSCRIBED' ? null : updated,
    last_updated: updated,
    method: null,
    method_detail: null,
    custom_method_detail: null,
    double_optin: false,
    suppression: profile.suppressions,
    list_suppressions: profile.listSuppressions,
  };
  return {
    type: 'profile',
    id,
    attributes: {
      email,
      phone_number: null,
      external_id: null,
      first_name: null,
      last_name: null,
      organization: null,
      locale: null,
      title: null,
      image: null,
      created,
      updated,
      last_event_date: profile.events.at(-1)?.time ?? null,
      location: {},
      ...attributes,
      properties,
      ...(withSubscriptions ? { subscriptions: { email: { marketing }, sms: null, mobile_push: null } } : {}),
    },
    links: { self: `https://a.klaviyo.com/api/profiles/${id}/` },
  };
}

export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value);
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function withoutNulls(source: Json): Json {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== null));
}
