import type {
  EmulatedAccount,
  EmulatedConsent,
  EmulatedContact,
  EmulatedEvent,
  EmulatedRequest,
  EmulatorFactory,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { jsonAnswer, jsonObject, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';

interface Held {
  email: string;
  fields: Record<string, unknown>;
  tags: string[];
  lists: string[];
  consent: EmulatedConsent;
  events: EmulatedEvent[];
}

type Operation =
  | { readonly k: 'put'; readonly email: string; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly k: 'tag' | 'untag' | 'join' | 'leave'; readonly email: string; readonly name: string }
  | { readonly k: 'event'; readonly email: string; readonly event: EmulatedEvent }
  | { readonly k: 'erase'; readonly email: string }
  | { readonly k: 'move'; readonly email: string; readonly to: string }
  | { readonly k: 'list'; readonly id: string; readonly name: string }
  | { readonly k: 'seed'; readonly held: Held }
  | { readonly k: 'unlist'; readonly id: string }
  | { readonly k: 'reset' };

const PAGE = 100;
const ACCOUNTS: readonly EmulatedAccount[] = [
  { credentials: { apiKey: 'acme-eu-0ddba11c0ffee' }, region: 'eu', accountName: 'Acme Europe' },
  { credentials: { apiKey: 'acme-us-c0ffee0ddba11' }, region: 'us', accountName: 'Acme' },
];

class PlainPostEmulation extends VendorEmulation<Operation> implements EmulatorProbe {
  readonly slug = 'plain-post';
  readonly hosts = ['api.plain-post.example', 'api-eu.plain-post.example'];
  readonly probe: EmulatorProbe = this;
  readonly accounts = ACCOUNTS;
  readonly consents = ['unsubscribed', 'bounced', 'complained', 'suppressed'] as const;
  private people = new Map<string, Held>();
  private lists = new Map<string, string>();
  private revoked = false;
  private numbers = 0;

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const eu = request.host.startsWith('api-eu');
    const key = ACCOUNTS.find(({ region }) => (region === 'eu') === eu)?.credentials['apiKey'];
    if (this.revoked || request.headers['authorization'] !== `Bearer ${key ?? ''}`) {
      return jsonAnswer(401, { error: 'unauthorised' });
    }
    const [, area, first, second, third] = pathSegments(request) ?? [];
    const email = area === 'contacts' ? first : area === 'lists' ? third : undefined;
    if (email !== undefined && !/^[^@\s]+@[^@\s]+$/u.test(email))
      return jsonAnswer(400, { error: 'invalid_email' });
    const held = email === undefined ? undefined : this.people.get(email.toLowerCase());
    const body = jsonObject(request) ?? {};
    switch (`${request.method} ${area ?? ''}${second === undefined ? '' : ` ${second}`}`) {
      case 'GET account':
        return jsonAnswer(200, { account: { id: eu ? '2' : '1', name: eu ? 'Acme Europe' : 'Acme' } });
      case 'GET lists':
        return this.page(Number(request.query.get('page') ?? '1'));
      case 'POST lists': {
        const made = { id: this.nextId(), name: String(body['name']) };
        return { ...jsonAnswer(200, { list: made }), operations: [{ k: 'list', ...made }] };
      }
      case 'GET contacts':
        return held === undefined ? NOBODY : jsonAnswer(200, { contact: held });
      case 'PUT contacts': {
        const fields = (body['fields'] ?? {}) as Readonly<Record<string, unknown>>;
        return {
          ...jsonAnswer(200, { contact: { email } }),
          operations: [{ k: 'put', email: email ?? '', fields }],
        };
      }
      case 'DELETE contacts':
        return held === undefined ? NOBODY : done('erased', { k: 'erase', email: held.email });
      case 'POST contacts address': {
        const to = third ?? '';
        if (held === undefined) return NOBODY;
        if (this.people.has(to.toLowerCase())) return jsonAnswer(400, { error: 'not_accepted' });
        return done('moved', { k: 'move', email: held.email, to });
      }
      case 'PUT contacts tags':
      case 'DELETE contacts tags': {
        const k = request.method === 'PUT' ? 'tag' : 'untag';
        return held === undefined ? NOBODY : done('tagged', { k, email: held.email, name: third ?? '' });
      }
      case 'PUT lists members':
      case 'DELETE lists members': {
        if (!this.lists.has(first ?? '')) return jsonAnswer(404, { error: 'list_not_found' });
        const k = request.method === 'PUT' ? 'join' : 'leave';
        return held === undefined ? NOBODY : done('member', { k, email: held.email, name: first ?? '' });
      }
      case 'POST events': {
        // All or nothing, and without a word on who it was.
        const given = first === 'batch' ? ((body['events'] ?? []) as readonly object[]) : [body];
        const known = given.flatMap((one) => this.eventIn(one as Readonly<Record<string, unknown>>) ?? []);
        if (known.length < given.length)
          return first === 'batch' ? jsonAnswer(400, { error: 'not_accepted' }) : NOBODY;
        return { ...jsonAnswer(200, { recorded: true }), operations: known };
      }
      default:
        return jsonAnswer(404, { error: 'no such call' });
    }
  }

  protected apply(operation: Operation): void {
    switch (operation.k) {
      case 'put': {
        const fresh: Held = {
          email: operation.email,
          fields: {},
          tags: [],
          lists: [],
          consent: 'none',
          events: [],
        };
        const held = this.people.get(operation.email.toLowerCase()) ?? fresh;
        for (const [name, value] of Object.entries(operation.fields)) {
          if (value === null) delete held.fields[name];
          else held.fields[name] = value;
        }
        this.people.set(held.email.toLowerCase(), held);
        return;
      }
      case 'seed':
        this.people.set(operation.held.email.toLowerCase(), structuredClone(operation.held));
        return;
      case 'erase':
        this.people.delete(operation.email.toLowerCase());
        return;
      case 'move': {
        const held = this.people.get(operation.email.toLowerCase());
        this.people.delete(operation.email.toLowerCase());
        if (held !== undefined) this.people.set(operation.to.toLowerCase(), { ...held, email: operation.to });
        return;
      }
      case 'list':
        this.lists.set(operation.id, operation.name);
        return;
      case 'unlist':
        this.lists.delete(operation.id);
        return;
      case 'reset':
        this.people = new Map();
        this.lists = new Map();
        return;
      case 'tag':
      case 'untag':
      case 'join':
      case 'leave':
      case 'event': {
        const held = this.people.get(operation.email.toLowerCase());
        if (held !== undefined) change(held, operation);
      }
    }
  }

  seed(contact: Partial<EmulatedContact> & { readonly email: string }): void {
    const { email, fields = {}, tags = [], audiences = [], consent = 'none', events = [] } = contact;
    this.commit({
      k: 'seed',
      held: {
        email,
        fields: { ...fields },
        tags: [...tags],
        lists: [...audiences],
        consent,
        events: [...events],
      },
    });
  }

  contact(email: string): EmulatedContact | undefined {
    const held = this.people.get(email.toLowerCase());
    if (held === undefined) return undefined;
    const { lists, ...rest } = structuredClone(held);
    return { ...rest, audiences: lists };
  }

  count(): number {
    return this.people.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.lists].map(([id, name]) => ({ id, name }));
  }

  addAudience(name: string): string {
    const id = this.nextId();
    this.commit({ k: 'list', id, name });
    return id;
  }

  removeAudience(id: string): void {
    this.commit({ k: 'unlist', id });
  }

  revoke(revoked: boolean): void {
    this.revoked = revoked;
  }

  settle(): void {
    // Everything is applied at once.
  }

  writes(): number {
    return this.writeCount;
  }

  reset(): void {
    this.forget();
    this.apply({ k: 'reset' });
  }

  private eventIn(body: Readonly<Record<string, unknown>>): Operation | undefined {
    const owner = this.people.get(String(body['email']).toLowerCase());
    if (owner === undefined) return undefined;
    const event: EmulatedEvent = {
      name: String(body['name']),
      at: new Date(Number(body['time']) * 1000).toISOString(),
      dedupeId: String(body['id']),
      data: (body['data'] ?? {}) as Readonly<Record<string, unknown>>,
    };
    return { k: 'event', email: owner.email, event };
  }

  private nextId(): string {
    this.numbers += 1;
    return `L${this.numbers}`;
  }

  private page(page: number): Reply<Operation> {
    const all = this.audiences();
    const lists = all.slice((page - 1) * PAGE, page * PAGE);
    return jsonAnswer(200, { lists, next: all.length > page * PAGE ? page + 1 : null });
  }
}

const NOBODY = jsonAnswer(404, { error: 'contact_not_found' });

function done(sign: string, operation: Operation): Reply<Operation> {
  return { ...jsonAnswer(200, { [sign]: true }), operations: [operation] };
}

type PersonalOperation = Extract<Operation, { readonly k: 'tag' | 'untag' | 'join' | 'leave' | 'event' }>;

function change(held: Held, operation: PersonalOperation): void {
  switch (operation.k) {
    case 'tag':
      held.tags = [...new Set([...held.tags, operation.name])];
      return;
    case 'untag':
      held.tags = held.tags.filter((tag) => tag !== operation.name);
      return;
    case 'join':
      held.lists = [...new Set([...held.lists, operation.name])];
      // Joining is the call that raises consent here.
      held.consent = 'subscribed';
      return;
    case 'leave':
      held.lists = held.lists.filter((id) => id !== operation.name);
      return;
    case 'event':
      if (held.events.some(({ dedupeId }) => dedupeId === operation.event.dedupeId)) return;
      held.events = [...held.events, operation.event];
  }
}

export const plainPostEmulator: EmulatorFactory = (options) => new PlainPostEmulation(options).restored();
