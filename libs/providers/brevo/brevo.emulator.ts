import type {
  EmulatedContact,
  EmulatedRequest,
  EmulatorFactory,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { FixedWindow, jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import { Account, type AttributeRecord, type Contact, type Operation } from './brevo.emulator-account.js';
import {
  addToList,
  createAttribute,
  createContact,
  createList,
  declined,
  deleteContact,
  pageOfLists,
  showAttributes,
  showContact,
  showFolders,
  showList,
  trackEvent,
  updateContact,
  type Call,
} from './brevo.emulator-calls.js';

const KEY = 'xkeysib-5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c-acme000000000001';
/** A good key, used from an address that the account does not know. */
const KEY_ELSEWHERE = 'xkeysib-5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c-acme000000000002';
const ELSEWHERE =
  'We have detected you are using an unrecognised IP address 192.0.2.10. If you performed this action make sure to add the new IP address in this link: https://app.brevo.com/security/authorised_ips';

const ATTRIBUTES: readonly AttributeRecord[] = [
  { name: 'FIRSTNAME', category: 'normal', type: 'text' },
  { name: 'LASTNAME', category: 'normal', type: 'text' },
  // An account that was connected before.
  { name: 'REKOMI_TAGS', category: 'normal', type: 'text' },
  { name: 'REKOMI_STATUS', category: 'normal', type: 'text' },
  { name: 'BIRTHDAY', category: 'normal', type: 'date' },
  { name: 'PLAN', category: 'category', type: 'category' },
  { name: 'BLACKLIST', category: 'calculated', type: 'text' },
];

type Bucket = 'contacts' | 'events' | 'other';

export const brevoEmulator: EmulatorFactory = (options) => new BrevoEmulator(options).restored();

/** Brevo as its reference describes it, in the standard rate limits. */
class BrevoEmulator extends VendorEmulation<Operation> {
  readonly slug = 'brevo';
  readonly hosts = ['api.brevo.com'];
  readonly probe: EmulatorProbe = {
    accounts: [{ credentials: { apiKey: KEY }, accountName: 'Acme Mail' }],
    consents: ['unsubscribed'],
    seed: (contact) => this.seed(contact),
    leave: (email, list) => this.commit({ kind: 'list_left', email, list: Number(list) }),
    contact: (email) => shown(this.account.find(email)),
    count: () => this.account.contacts.size,
    audiences: () => [...this.account.lists].map(([id, name]) => ({ id: String(id), name })),
    addAudience: (name) => this.addList(name),
    removeAudience: (id) => this.commit({ kind: 'list_gone', id: Number(id) }),
    revoke: (revoked) => void (this.revoked = revoked),
    settle: () => undefined,
    writes: () => this.writeCount,
    reset: () => {
      this.forget();
      this.start();
      this.fill();
    },
  };
  private account = new Account();
  private windows = windows();
  private revoked = false;

  override restored(): this {
    super.restored();
    if (this.account.attributes.size === 0) this.fill();
    return this;
  }

  override control(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    const [area, email, list] = path.split('/');
    if (method === 'POST' && area === 'leave-list') {
      this.commit({ kind: 'list_left', email: decodeURIComponent(email ?? ''), list: Number(list) });
      return { left: Number(list) };
    }
    return super.control(method, path, query, body);
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const given = request.headers['api-key'];
    if (given === undefined) return declined(401, 'unauthorized', 'authentication not found in headers');
    if (given === KEY_ELSEWHERE) return declined(401, 'unauthorized', ELSEWHERE);
    if (given !== KEY || this.revoked) return declined(401, 'unauthorized', 'Key not found');
    const [version, area = '', ...rest] = pathSegments(request) ?? [];
    const bucket: Bucket = area === 'contacts' || area === 'events' ? area : 'other';
    const now = this.options.now();
    const wait = this.windows[bucket].take(now);
    const headers = this.limitHeaders(bucket, wait);
    if (wait !== undefined)
      return jsonAnswer(429, { code: 'too_many_requests', message: 'Rate limit exceeded' }, headers);
    const call: Call = { account: this.account, request, now };
    const reply = version === 'v3' ? this.route(call, area, rest) : undefined;
    const answer = reply ?? declined(404, 'document_not_found', 'Route not found');
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }

  protected apply(operation: Operation): void {
    this.account.apply(operation);
  }

  private route(call: Call, area: string, rest: readonly string[]): Reply<Operation> | undefined {
    const { method } = call.request;
    const [first = '', second = '', third = '', fourth = ''] = rest;
    if (area === 'account') return jsonAnswer(200, ACCOUNT);
    if (area === 'events' && method === 'POST') return trackEvent(call);
    if (area !== 'contacts') return undefined;
    if (rest.length === 0) return method === 'POST' ? createContact(call) : undefined;
    if (first === 'lists') {
      if (rest.length === 1) return method === 'GET' ? pageOfLists(call) : createList(call);
      if (rest.length === 2) return method === 'GET' ? showList(call, second) : undefined;
      return method === 'POST' && third === 'contacts' && fourth === 'add'
        ? addToList(call, second)
        : undefined;
    }
    if (first === 'folders') return rest.length === 1 && method === 'GET' ? showFolders() : undefined;
    if (first === 'attributes') {
      if (rest.length === 1) return method === 'GET' ? showAttributes(call) : undefined;
      return method === 'POST' ? createAttribute(call, second, third) : undefined;
    }
    if (rest.length > 1) return undefined;
    const contact = this.identified(call, first);
    if (method === 'GET') return showContact(contact);
    if (method === 'PUT') return updateContact(call, contact);
    return method === 'DELETE' ? deleteContact(contact) : undefined;
  }

  private identified({ request }: Call, identifier: string): Contact | undefined {
    const type =
      request.query.get('identifierType') ?? (/^\d+$/.test(identifier) ? 'contact_id' : 'email_id');
    return type === 'contact_id'
      ? this.account.contacts.get(Number(identifier))
      : this.account.find(identifier);
  }

  private limitHeaders(bucket: Bucket, wait: number | undefined): Readonly<Record<string, string>> {
    const { requests, perMs } = ALLOWANCES[bucket];
    return {
      'x-sib-ratelimit-limit': String(requests),
      'x-sib-ratelimit-remaining': String(this.windows[bucket].remaining),
      // Seconds that are left, no moment.
      'x-sib-ratelimit-reset': String(Math.ceil((wait ?? perMs) / 1000)),
    };
  }

  private start(): void {
    this.account = new Account();
    this.windows = windows();
    this.revoked = false;
  }

  private fill(): void {
    for (const attribute of ATTRIBUTES) this.commit({ kind: 'attribute', attribute });
    for (const name of ['Affiliates', 'Newsletter']) this.addList(name);
  }

  private addList(name: string): string {
    const id = this.account.nextList;
    this.commit({ kind: 'list', id, name });
    return String(id);
  }

  private seed({
    email,
    fields = {},
    tags = [],
    audiences = [],
    consent,
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const id = this.account.find(email)?.id ?? this.account.nextContact;
    if (!this.account.contacts.has(id)) this.commit({ kind: 'contact', email, id, at: this.options.now() });
    const values = { ...fields, ...(tags.length > 0 ? { REKOMI_TAGS: tags.join(',') } : {}) };
    for (const [name, value] of Object.entries(values)) {
      if (this.account.attributes.has(name)) continue;
      const type = typeof value === 'number' ? 'float' : typeof value === 'boolean' ? 'boolean' : 'text';
      this.commit({ kind: 'attribute', attribute: { name, category: 'normal', type } });
    }
    this.commit({ kind: 'values', id, values });
    if (audiences.length > 0) this.commit({ kind: 'lists', id, add: audiences.map(Number), remove: [] });
    if (consent !== undefined) this.commit({ kind: 'consent', email, consent });
  }
}

const ALLOWANCES: Readonly<Record<Bucket, { readonly requests: number; readonly perMs: number }>> = {
  // Published as 10 a second and 36,000 an hour; how a burst is counted is not, so it is evened out a little.
  contacts: { requests: 100, perMs: 10_000 },
  events: { requests: 100, perMs: 10_000 },
  other: { requests: 100, perMs: 3_600_000 },
};

function windows(): Readonly<Record<Bucket, FixedWindow>> {
  const of = (bucket: Bucket): FixedWindow =>
    new FixedWindow(ALLOWANCES[bucket].requests, ALLOWANCES[bucket].perMs);
  return { contacts: of('contacts'), events: of('events'), other: of('other') };
}

const ACCOUNT = {
  organization_id: '5a0db0c0ffee',
  user_id: 1,
  enterprise: false,
  companyName: 'Acme Mail',
  email: 'owner@acme.example',
  firstName: 'Ada',
  lastName: 'Owner',
  address: { street: '1 Sandbox Street', city: 'Paris', zipCode: '75001', country: 'France' },
  plan: [{ type: 'free', credits: 300, creditsType: 'sendLimit' }],
  relay: { enabled: false, data: { userName: '', relay: '', port: 587 } },
  marketingAutomation: { enabled: true },
} as const;

function shown(contact: Contact | undefined): EmulatedContact | undefined {
  if (contact === undefined) return undefined;
  const tags = contact.values.get('REKOMI_TAGS');
  return {
    email: contact.email,
    fields: Object.fromEntries(contact.values),
    tags: typeof tags === 'string' ? tags.split(',') : [],
    audiences: [...contact.lists].map(String),
    consent: contact.blacklisted ? 'unsubscribed' : 'subscribed',
    events: contact.events.map(({ name, at, data }) => ({ name, at, data })),
  };
}
