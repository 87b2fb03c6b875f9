import type {
  EmulatedConsent,
  EmulatedContact,
  EmulatedRequest,
  EmulatorFactory,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import {
  FixedWindow,
  jsonAnswer,
  jsonObject,
  pathSegments,
  VendorEmulation,
  type Reply,
} from '@rekomi/vendor-emulation';

type Fields = Readonly<Record<string, unknown>>;

type Operation =
  | { readonly kind: 'put'; readonly email: string; readonly fields: Fields }
  | {
      readonly kind: 'clear';
      readonly email: string;
      readonly names: readonly string[];
    }
  | {
      readonly kind: 'consent';
      readonly email: string;
      readonly consent: EmulatedConsent;
    }
  | {
      readonly kind: 'tags';
      readonly email: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | {
      readonly kind: 'join' | 'leave';
      readonly email: string;
      readonly list: string;
    }
  | {
      readonly kind: 'event';
      readonly email: string;
      readonly event: StoredEvent;
    }
  | { readonly kind: 'list'; readonly id: string; readonly name: string }
  | { readonly kind: 'list_gone'; readonly id: string };

interface StoredEvent {
  readonly id: string;
  readonly name: string;
  readonly at: string;
  readonly data: Fields;
}

interface Person {
  readonly email: string;
  readonly fields: Map<string, unknown>;
  readonly tags: Set<string>;
  readonly lists: Set<string>;
  consent: EmulatedConsent;
  readonly events: StoredEvent[];
}

const KEY = 'am_sandbox0sandbox0sandbox0';
const LONGEST_VALUE = 500;

export const acmeMailEmulator: EmulatorFactory = (options) => new AcmeMailEmulator(options).restored();

class AcmeMailEmulator extends VendorEmulation<Operation> {
  readonly slug = 'acme-mail';
  readonly hosts = ['api.acme-mail.example'];
  readonly probe: EmulatorProbe = {
    accounts: [{ credentials: { apiKey: KEY }, region: 'all', accountName: 'Acme Demo' }],
    consents: ['unsubscribed', 'bounced'],
    seed: (contact) => this.seed(contact),
    contact: (email) => this.shown(email),
    count: () => this.people.size,
    audiences: () => [...this.lists].map(([id, name]) => ({ id, name })),
    addAudience: (name) => this.addList(name),
    removeAudience: (id) => this.commit({ kind: 'list_gone', id }),
    revoke: (revoked) => void (this.revoked = revoked),
    settle: () => undefined,
    writes: () => this.writeCount,
    reset: () => {
      this.forget();
      this.people.clear();
      this.lists.clear();
      this.revoked = false;
      this.addList('Affiliates');
    },
  };
  private readonly people = new Map<string, Person>();
  private readonly lists = new Map<string, string>();
  private readonly window = new FixedWindow(20, 1000);
  private revoked = false;

  override restored(): this {
    super.restored();
    if (this.lists.size === 0) this.addList('Affiliates');
    return this;
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    if (this.revoked || request.headers['authorization'] !== `Bearer ${KEY}`) {
      return declined(401, 'key_unknown', 'This key opens no account.');
    }
    const wait = this.window.take(this.options.now());
    if (wait !== undefined) {
      const seconds = String(Math.ceil(wait / 1000));
      return {
        ...declined(429, 'too_fast', 'Slow down.'),
        headers: { 'retry-after': seconds },
      };
    }
    const [version, area, email, part, id] = pathSegments(request) ?? [];
    if (version !== 'v1') return declined(404, 'unknown_path', 'There is no such path.');
    if (area === 'account') return jsonAnswer(200, { id: 'acc_1', name: 'Acme Demo' });
    if (area === 'lists') return this.pageOfLists(request);
    if (area !== 'contacts' || email === undefined)
      return declined(404, 'unknown_path', 'There is no such path.');
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return declined(422, 'email_invalid', 'This is no address.');
    if (part === undefined && request.method === 'PUT') return this.put(email, request);
    const person = this.find(email);
    if (person === undefined) return declined(404, 'contact_not_found', 'Nobody has this address.');
    if (part === undefined) return jsonAnswer(200, { ...answerOf(person) });
    if (part === 'lists') return this.membership(request.method, email, id ?? '');
    return this.change(part, email, request);
  }

  protected apply(operation: Operation): void {
    switch (operation.kind) {
      case 'list':
        return void this.lists.set(operation.id, operation.name);
      case 'list_gone':
        this.lists.delete(operation.id);
        for (const { lists } of this.people.values()) lists.delete(operation.id);
        return;
      case 'put':
        for (const [name, value] of Object.entries(operation.fields)) {
          this.personAt(operation.email).fields.set(name, value);
        }
        return void this.personAt(operation.email);
      default:
        applyTo(this.personAt(operation.email), operation);
    }
  }

  private put(email: string, request: EmulatedRequest): Reply<Operation> {
    const fields = (jsonObject(request)?.['fields'] ?? {}) as Fields;
    const bad = Object.entries(fields).find(([, value]) => String(value).length > LONGEST_VALUE);
    if (bad !== undefined) {
      return {
        ...jsonAnswer(422, {
          error: 'field_invalid',
          field: bad[0],
          message: 'The value is too long.',
        }),
      };
    }
    return {
      ...jsonAnswer(200, { email }),
      operations: [
        { kind: 'put', email, fields },
        // The only state that the API sets: nobody is subscribed again through it.
        ...(jsonObject(request)?.['status'] === 'unsubscribed'
          ? [{ kind: 'consent', email, consent: 'unsubscribed' } as const]
          : []),
      ],
    };
  }

  private membership(method: string, email: string, list: string): Reply<Operation> {
    if (!this.lists.has(list)) return declined(404, 'list_not_found', 'There is no such list.');
    const kind = method === 'DELETE' ? 'leave' : 'join';
    return {
      ...jsonAnswer(200, kind === 'leave' ? { left: list } : { joined: list }),
      operations: [{ kind, email, list }],
    };
  }

  private change(part: string, email: string, request: EmulatedRequest): Reply<Operation> {
    const body = jsonObject(request) ?? {};
    const texts = (name: string) => (body[name] ?? []) as readonly string[];
    if (part === 'tags') {
      const operation = {
        kind: 'tags',
        email,
        add: texts('add'),
        remove: texts('remove'),
      } as const;
      return {
        ...jsonAnswer(200, { tags: operation.add }),
        operations: [operation],
      };
    }
    if (part === 'fields') {
      return {
        ...jsonAnswer(200, { removed: texts('names') }),
        operations: [{ kind: 'clear', email, names: texts('names') }],
      };
    }
    if (Number.isNaN(Date.parse(String(body['occurred_at'])))) {
      return declined(422, 'time_invalid', 'This is no time.');
    }
    const event = {
      id: String(body['id']),
      name: String(body['name']),
      at: new Date(String(body['occurred_at'])).toISOString(),
      data: (body['properties'] ?? {}) as Fields,
    };
    return {
      ...jsonAnswer(202, { event: event.id }),
      operations: [{ kind: 'event', email, event }],
    };
  }

  private pageOfLists({ query }: EmulatedRequest): Reply<Operation> {
    const [page, size] = [Number(query.get('page') ?? 1), Math.min(100, Number(query.get('per_page') ?? 20))];
    const all = [
      ...[...this.lists].map(([id, name]) => ({ id, name, kind: 'manual' })),
      { id: 'smart_1', name: 'Everybody who buys', kind: 'smart' },
    ];
    const lists = all.slice((page - 1) * size, page * size);
    return jsonAnswer(200, {
      lists,
      next_page: page * size < all.length ? page + 1 : null,
    });
  }

  private seed({
    email,
    fields = {},
    tags = [],
    audiences = [],
    consent,
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    this.commit({ kind: 'put', email, fields });
    this.commit({ kind: 'tags', email, add: tags, remove: [] });
    for (const list of audiences) this.commit({ kind: 'join', email, list });
    if (consent !== undefined) this.commit({ kind: 'consent', email, consent });
  }

  private addList(name: string): string {
    const id = `list_${Math.max(0, ...[...this.lists.keys()].map((one) => Number(one.slice(5)))) + 1}`;
    this.commit({ kind: 'list', id, name });
    return id;
  }

  private find(email: string): Person | undefined {
    return this.people.get(email.toLowerCase());
  }

  private personAt(email: string): Person {
    const known = this.find(email);
    if (known !== undefined) return known;
    const person: Person = {
      ...{
        email,
        fields: new Map(),
        tags: new Set(),
        lists: new Set(),
        events: [],
      },
      consent: 'subscribed',
    };
    this.people.set(email.toLowerCase(), person);
    return person;
  }

  private shown(email: string): EmulatedContact | undefined {
    const person = this.find(email);
    if (person === undefined) return undefined;
    return {
      email: person.email,
      fields: Object.fromEntries(person.fields),
      tags: [...person.tags],
      audiences: [...person.lists],
      consent: person.consent,
      events: person.events.map(({ id, name, at, data }) => ({
        name,
        at,
        dedupeId: id,
        data,
      })),
    };
  }
}

function applyTo(
  person: Person,
  operation: Exclude<Operation, { kind: 'list' | 'list_gone' | 'put' }>,
): void {
  switch (operation.kind) {
    case 'clear':
      for (const name of operation.names) person.fields.delete(name);
      return;
    case 'consent':
      person.consent = operation.consent;
      return;
    case 'tags':
      for (const tag of operation.add) person.tags.add(tag);
      for (const tag of operation.remove) person.tags.delete(tag);
      return;
    case 'join':
      person.lists.add(operation.list);
      return;
    case 'leave':
      person.lists.delete(operation.list);
      return;
    case 'event':
      if (!person.events.some(({ id }) => id === operation.event.id)) person.events.push(operation.event);
  }
}

function answerOf({ email, fields, consent, lists, tags }: Person): object {
  return {
    email,
    fields: Object.fromEntries(fields),
    status: consent,
    lists: [...lists],
    tags: [...tags],
  };
}

function declined(status: number, error: string, message: string): Reply<never> {
  return jsonAnswer(status, { error, message });
}
