import { FixedWindow, jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import type {
  EmulatedAnswer,
  EmulatedRequest,
  EmulatorFactory,
  EmulatorOptions,
} from '@rekomi/provider-contract';
import {
  BAD_REQUEST,
  contactBody,
  entryBody,
  fieldBody,
  FORBIDDEN,
  listBody,
  listing,
  NO_ACCOUNT,
  NO_ROUTE,
  noResult,
  tagBody,
  tagEntryBody,
  userBody,
  wholeContact,
} from './activecampaign.emulator-answers.js';
import {
  attachTag,
  changeList,
  detachTag,
  makeTag,
  part,
  syncContact,
  updateContact,
} from './activecampaign.emulator-contacts.js';
import { importOne, queueImport, rejected } from './activecampaign.emulator-import.js';
import {
  applyTo,
  demoAccounts,
  findByEmail,
  Ids,
  type Account,
  type Change,
  type Operation,
} from './activecampaign.emulator-model.js';
import { ActivecampaignProbe } from './activecampaign.emulator-probe.js';

const TRACKER = 'trackcmp.net';

/**
 * ActiveCampaign's API v3 and its event tracker as their pages describe them in August 2026. The five requests a second are
 * kept once `POST settings {"perSecond": 5}` asks for it; without, nobody has to wait who only looks.
 */
export const activecampaignEmulator: EmulatorFactory = (options) =>
  new ActivecampaignEmulation(options).restored();

export class ActivecampaignEmulation extends VendorEmulation<Operation> {
  readonly slug = 'activecampaign';
  readonly hosts = [TRACKER, '*.api-us1.com', '*.activehosted.com'];
  readonly probe: ActivecampaignProbe;
  accounts = demoAccounts();
  private revoked = false;
  private perSecond = 0;
  private windows = new Map<string, { readonly api: FixedWindow; readonly imports: FixedWindow }>();

  constructor(options: EmulatorOptions) {
    super(options);
    this.probe = new ActivecampaignProbe(this);
  }

  override handle(request: EmulatedRequest): EmulatedAnswer {
    this.work(this.options.now());
    return super.handle(request);
  }

  override control(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    if (method !== 'POST' || path !== 'settings') return super.control(method, path, query, body);
    this.perSecond = (body as { readonly perSecond?: number } | undefined)?.perSecond ?? 0;
    this.windows = new Map();
    return { perSecond: this.perSecond };
  }

  get changes(): number {
    return this.writeCount;
  }

  /** The merchant's own doing, and what the vendor does later. */
  do(operation: Operation): void {
    this.commit(operation);
  }

  startAgain(): void {
    this.forget();
    this.commit({ k: 'reset' });
  }

  /** Works on the imports that are due by then. */
  work(until: number): void {
    for (const account of this.accounts) {
      for (const job of [...account.imports.values()]) {
        if (job.due > until) continue;
        for (const contact of job.contacts)
          for (const change of importOne(account, contact)) this.commit({ ...change, a: account.host });
        this.commit({ k: 'imported', id: job.id, a: account.host });
      }
    }
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const { operations = [], account, ...answer } = this.answerOf(request);
    return { ...answer, operations: operations.map((change) => ({ ...change, a: account?.host ?? '' })) };
  }

  protected apply(operation: Operation): void {
    if (operation.k === 'reset') {
      this.accounts = demoAccounts();
      this.revoked = false;
    } else if (operation.k === 'revoked') this.revoked = operation.revoked;
    else {
      const account = this.accounts.find(({ host }) => host === operation.a);
      if (account !== undefined) applyTo(account, operation);
    }
  }

  private answerOf(request: EmulatedRequest): Reply<Change> & { readonly account?: Account } {
    if (request.host === TRACKER) return this.spawn(request);
    const account = this.accounts.find(({ host }) => host === request.host);
    if (account === undefined) return NO_ACCOUNT;
    if (this.revoked || request.headers['api-token'] !== account.apiKey) return FORBIDDEN;
    const [api, version, ...path] = pathSegments(request) ?? [];
    if (api !== 'api' || version !== '3') return NO_ROUTE;
    return {
      ...(this.limited(account, path[0] ?? '', request) ?? this.route(account, path, request)),
      account,
    };
  }

  private limited({ host }: Account, area: string, { method }: EmulatedRequest): Reply<Change> | undefined {
    if (this.perSecond === 0) return undefined;
    const fresh = { api: new FixedWindow(this.perSecond, 1000), imports: new FixedWindow(100, 60_000) };
    const windows = this.windows.get(host) ?? fresh;
    this.windows.set(host, windows);
    const now = this.options.now();
    const wait = windows.api.take(now);
    if (wait !== undefined) {
      const headers = {
        'retry-after': String(Math.ceil(wait / 1000)),
        'ratelimit-limit': String(this.perSecond),
        'ratelimit-remaining': '0',
      };
      return jsonAnswer(429, { message: 'Rate limit exceeded' }, headers);
    }
    if (area !== 'import' || method !== 'POST' || windows.imports.take(now) === undefined) return undefined;
    return rejected('Rate limit exceeded.', [
      'Up to 100 imports may be requested per minute.Please batch contacts into larger requests, or retry this request in a minute.',
    ]);
  }

  private route(account: Account, path: readonly string[], request: EmulatedRequest): Reply<Change> {
    const [area = '', id, sub] = path;
    const { method, query } = request;
    if (area === 'contacts') return this.contacts(account, path.slice(1), request);
    switch (`${method} ${area}${id === undefined ? '' : '/'}${sub === undefined ? '' : '/'}`) {
      case 'GET users/':
        return id === 'me' ? jsonAnswer(200, { user: userBody(account) }) : NO_ROUTE;
      case 'GET lists':
        return listing('lists', [...account.lists.values()].map(listBody), query);
      case 'GET lists/': {
        const list = account.lists.get(id ?? '');
        return list === undefined ? noResult('_List', id ?? '') : jsonAnswer(200, { list: listBody(list) });
      }
      case 'GET tags':
        return listing('tags', this.tags(account, query).map(tagBody), query);
      case 'POST tags':
        return makeTag(account, request);
      case 'GET fields':
        return listing('fields', [...account.fields.values()].map(fieldBody), query);
      case 'POST contact/':
        return id === 'sync' ? syncContact(account, request) : NO_ROUTE;
      case 'POST contactLists':
        return changeList(account, request);
      case 'POST contactTags':
        return attachTag(account, request);
      case 'DELETE contactTags/':
        return detachTag(account, id ?? '');
      case 'GET eventTracking':
        return jsonAnswer(200, { eventTracking: { enabled: account.tracking } });
      case 'GET eventTrackingEvents':
        return listing(
          'eventTrackingEvents',
          [...account.eventNames].map((name) => ({ name })),
          query,
        );
      case 'POST eventTrackingEvents': {
        const name = part(request, 'eventTrackingEvent')?.['name'];
        if (typeof name !== 'string' || name === '') return BAD_REQUEST;
        return {
          ...jsonAnswer(201, { eventTrackingEvent: { name } }),
          operations: [{ k: 'event_name', name }],
        };
      }
      case 'POST import/':
        return id === 'bulk_import' ? queueImport(account, request, this.options.now()) : NO_ROUTE;
      default:
        return NO_ROUTE;
    }
  }

  private contacts(account: Account, path: readonly string[], request: EmulatedRequest): Reply<Change> {
    const [id, sub] = path;
    const { method, query } = request;
    if (id === undefined) {
      const email = query.get('email');
      const all = [...account.contacts.values()];
      const tag = query.get('tagid');
      const named = email === null ? all : [findByEmail(account, email)].filter((one) => one !== undefined);
      const found = named.filter(({ tags }) => tag === null || tags.some((one) => one.tag === tag));
      return method === 'GET' ? listing('contacts', found.map(contactBody), query) : NO_ROUTE;
    }
    const contact = account.contacts.get(id);
    if (contact === undefined) return noResult('Subscriber', id);
    switch (`${method} ${sub ?? ''}`) {
      case 'GET ':
        return wholeContact(contact);
      case 'PUT ':
        return updateContact(account, id, request);
      case 'DELETE ':
        return { ...jsonAnswer(200, {}), operations: [{ k: 'contact_gone', id }] };
      case 'GET contactLists':
        return listing(
          'contactLists',
          contact.lists.map((entry) => entryBody(id, entry)),
          query,
        );
      case 'GET contactTags':
        return listing(
          'contactTags',
          contact.tags.map((entry) => tagEntryBody(id, entry)),
          query,
        );
      default:
        return NO_ROUTE;
    }
  }

  /** `search` finds what contains it; the filter finds what equals it. */
  private tags({ tags }: Account, query: URLSearchParams) {
    const contains = query.get('search')?.toLowerCase();
    const equals = query.get('filters[search][eq]')?.toLowerCase();
    return [...tags.values()].filter(({ tag }) => {
      const name = tag.toLowerCase();
      return (contains === undefined || name.includes(contains)) && (equals === undefined || name === equals);
    });
  }

  /**
   * The tracker. What it makes of a stranger is not documented; here it makes a contact, so that nobody relies on the
   * other.
   */
  private spawn(request: EmulatedRequest): Reply<Change> & { readonly account?: Account } {
    const form = new URLSearchParams(request.body);
    const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
    const name = form.get('event') ?? '';
    const email = emailIn(form.get('visit') ?? '');
    if (
      request.method !== 'POST' ||
      request.rawPath !== '/event' ||
      !isForm ||
      name === '' ||
      email === undefined
    )
      return BAD_REQUEST;
    const no = (message: string): EmulatedAnswer => jsonAnswer(200, { success: 0, message });
    const account = this.accounts.find(
      ({ actid, eventKey }) => actid === form.get('actid') && eventKey === form.get('key'),
    );
    if (account === undefined || this.revoked) return no('Invalid key or actid');
    if (!account.tracking) return no('Event tracking is disabled');
    if (name.length > 32) return no('The event name is too long');
    const ids = new Ids(account.next);
    const contact = findByEmail(account, email);
    const stranger = { email, firstName: '', lastName: '', values: {}, lists: [], tags: [] };
    const made = contact === undefined ? { ...stranger, id: ids.take() } : undefined;
    const event = { name, eventdata: form.get('eventdata') ?? '' };
    return {
      ...jsonAnswer(200, { success: 1, message: 'Event spawned' }),
      account,
      operations: [
        ...(made === undefined ? [] : [{ k: 'contact', contact: made, next: ids.next } as const]),
        { k: 'event', contact: contact?.id ?? made?.id ?? '', event },
      ],
    };
  }
}

function emailIn(visit: string): string | undefined {
  try {
    const value = JSON.parse(visit) as { readonly email?: unknown } | null;
    return typeof value?.email === 'string' && value.email !== '' ? value.email : undefined;
  } catch {
    return undefined;
  }
}
