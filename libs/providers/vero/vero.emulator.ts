import type {
  EmulatedContact,
  EmulatedRequest,
  EmulatorFactory,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { jsonAnswer, jsonObject, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import { Profiles, type Data, type EventRecord, type Operation } from './vero.emulator-profiles.js';

const hex = (text: string): string => text.repeat(40).slice(0, 40);
/** Base64 of `<api key>:<secret>`, as Vero 1.0 hands it out. */
const AUTH_TOKEN = Buffer.from(`${hex('5a0db0')}:${hex('c0ffee')}`).toString('base64');
const TRACKING_KEY = 'sandbox-vero-tracking-key-0001';
/** Equal events within it count once; the pages name three minutes, elsewhere five. */
const SAME_EVENT_MS = 3 * 60_000;

export const veroEmulator: EmulatorFactory = (options) => new VeroEmulator(options).restored();

/** Vero's Track API: "Success." for whatever is well-formed, and silence about what became of it. */
class VeroEmulator extends VendorEmulation<Operation> {
  readonly slug = 'vero';
  readonly hosts = ['api.getvero.com'];
  readonly probe: EmulatorProbe = {
    accounts: [{ credentials: { apiKey: AUTH_TOKEN } }, { credentials: { apiKey: TRACKING_KEY } }],
    consents: ['unsubscribed'],
    seed: (contact) => this.seed(contact),
    contact: (email) => this.shown(email),
    count: () => this.profiles.byId.size,
    // An audience is a tag; none is listed, and none can be missing.
    audiences: () => [],
    addAudience: (name) => name,
    removeAudience: (id) => {
      for (const profile of this.profiles.byId.keys()) {
        this.commit({ kind: 'tags', id: profile, add: [], remove: [id] });
      }
    },
    revoke: (revoked) => void (this.revoked = revoked),
    settle: () => undefined,
    writes: () => this.writeCount,
    reset: () => {
      this.forget();
      this.profiles = new Profiles();
      this.recent.clear();
      this.revoked = false;
    },
  };
  private profiles = new Profiles();
  /** Events of the last minutes → until when an equal one is the same. */
  private readonly recent = new Map<string, number>();
  private revoked = false;

  /** Keys stand in bodies and queries here, where the log of exchanges does not expect them. */
  override control(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    const told = super.control(method, path, query, body);
    if (method !== 'GET' || path !== 'exchanges') return told;
    const masked = JSON.stringify(told)
      .replace(/((?:auth_token|tracking_api_key)\\":\\")[^"\\]*/g, '$1[masked]')
      .replace(/((?:auth_token|tracking_api_key)=)[^&"]*/g, '$1[masked]');
    return JSON.parse(masked) as unknown;
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const [api, version, ...rest] = pathSegments(request) ?? [];
    const path = rest.join('/').replace(/\.json$/, '');
    if (api !== 'api' || version !== 'v2') return declined(404, 'Not found');
    if (`${request.method} ${path}` === 'GET heartbeat') return success();
    const body = jsonObject(request) ?? {};
    const reading = this.reading(`${request.method} ${path}`, body);
    if (reading === undefined) return declined(404, 'Not found');
    // The order matters: what is malformed is told before the secret is looked at.
    if (reading === 'malformed') return declined(400, 'Missing or invalid parameter.');
    if (!this.opens(request, body)) return declined(401, 'Unauthorized');
    return { ...success(), operations: this.worth(reading) };
  }

  protected apply(operation: Operation): void {
    this.profiles.apply(operation);
    if (operation.kind === 'event')
      this.recent.set(sameness(operation), operation.event.receivedAt + SAME_EVENT_MS);
  }

  private reading(call: string, body: Data): Operation | 'malformed' | undefined {
    const id = identifier(body['id']);
    switch (call) {
      case 'POST users/track': {
        const email = identifier(body['email']);
        const known = id ?? email;
        const { data } = body;
        if (known === undefined || (data !== undefined && !isData(data))) return 'malformed';
        return { kind: 'track', id: known, ...(email === undefined ? {} : { email }), data: data ?? {} };
      }
      case 'PUT users/tags/edit': {
        const [add, remove] = [names(body['add']), names(body['remove'])];
        return id === undefined || add.length + remove.length === 0
          ? 'malformed'
          : { kind: 'tags', id, add, remove };
      }
      case 'PUT users/reidentify': {
        const newId = identifier(body['new_id']);
        return id === undefined || newId === undefined ? 'malformed' : { kind: 'rename', id, newId };
      }
      case 'POST users/unsubscribe':
        return id === undefined ? 'malformed' : { kind: 'consent', id, consent: 'unsubscribed' };
      case 'POST users/resubscribe':
        return id === undefined ? 'malformed' : { kind: 'consent', id, consent: 'subscribed' };
      case 'POST users/delete':
        return id === undefined ? 'malformed' : { kind: 'delete', id };
      case 'POST events/track':
        return this.event(body);
      default:
        return undefined;
    }
  }

  private event(body: Data): Operation | 'malformed' {
    const identity = isData(body['identity']) ? body['identity'] : {};
    const email = identifier(identity['email']);
    const id = identifier(identity['id']) ?? email;
    const name = identifier(body['event_name']);
    if (id === undefined || name === undefined) return 'malformed';
    const extras = isData(body['extras']) ? body['extras'] : {};
    const told = Date.parse(String(extras['created_at']).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
    const at = new Date(Number.isNaN(told) ? this.options.now() : told).toISOString();
    const event: EventRecord = {
      name,
      at,
      data: isData(body['data']) ? body['data'] : {},
      receivedAt: this.options.now(),
    };
    return { kind: 'event', id, ...(email === undefined ? {} : { email }), event };
  }

  /** What comes of a request that was answered with success already: sometimes nothing. */
  private worth(operation: Operation): readonly Operation[] {
    const { byId } = this.profiles;
    switch (operation.kind) {
      case 'track':
        return operation.email === undefined || operation.email.includes('@') ? [operation] : [];
      case 'event':
        return (this.recent.get(sameness(operation)) ?? 0) > this.options.now() ? [] : [operation];
      case 'rename':
        return byId.has(operation.id) && !byId.has(operation.newId) ? [operation] : [];
      case 'tags':
      case 'consent':
      case 'delete':
        return byId.has(operation.id) ? [operation] : [];
    }
  }

  private opens({ query }: EmulatedRequest, body: Data): boolean {
    if (this.revoked) return false;
    const given = (name: string): unknown => body[name] ?? query.get(name);
    return given('auth_token') === AUTH_TOKEN || given('tracking_api_key') === TRACKING_KEY;
  }

  private seed({
    email,
    fields = {},
    tags = [],
    audiences = [],
    consent,
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const id = email.toLowerCase();
    this.commit({ kind: 'track', id, email, data: fields });
    const add = [...new Set([...tags, ...audiences])];
    if (add.length > 0) this.commit({ kind: 'tags', id, add, remove: [] });
    if (consent !== undefined) this.commit({ kind: 'consent', id, consent });
  }

  private shown(email: string): EmulatedContact | undefined {
    const profile = this.profiles.find(email);
    if (profile === undefined) return undefined;
    const { tags, data, consent, events } = profile;
    return {
      email: profile.email,
      fields: Object.fromEntries(data),
      tags: [...tags],
      audiences: [...tags],
      consent,
      events: events.map(({ name, at, data: shown }) => ({ name, at, data: shown })),
    };
  }
}

/** Names are the same whatever their letter case and separators are. */
function sameness({ id, event }: Operation & { readonly kind: 'event' }): string {
  return JSON.stringify([id, event.name.toLowerCase().replace(/[\s_-]/g, ''), event.data]);
}

function success(): Reply<never> {
  return jsonAnswer(200, { status: 200, message: 'Success.' });
}

function declined(status: number, message: string): Reply<never> {
  return jsonAnswer(status, { status, message });
}

function identifier(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length < 255 ? text : undefined;
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
