import { jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest, EmulatorFactory, EmulatorOptions } from '@rekomi/provider-contract';
import {
  audienceBody,
  KEY_INVALID,
  memberBody,
  mergeFieldBodies,
  NOT_FOUND,
  problem,
  shown,
  wrongDataCentre,
} from './mailchimp.emulator-answers.js';
import {
  demoAccounts,
  hashOf,
  newAudience,
  type Account,
  type Operation,
  type Shelf,
} from './mailchimp.emulator-model.js';
import { MailchimpProbe } from './mailchimp.emulator-probe.js';
import {
  changeTags,
  recordEvent,
  removeMember,
  writeMember,
  type MemberCall,
} from './mailchimp.emulator-writes.js';

/**
 * Mailchimp's Marketing API 3.0 as its pages describe it in August 2026. Ten connections at once are allowed and
 * nothing counts requests by time, so there is no allowance to keep; 429s come from the sandbox's faults.
 */
export const mailchimpEmulator: EmulatorFactory = (options) => new MailchimpEmulation(options).restored();

export class MailchimpEmulation extends VendorEmulation<Operation> {
  readonly slug = 'mailchimp';
  readonly hosts = ['*.api.mailchimp.com'];
  readonly probe: MailchimpProbe;
  accounts = furnished();
  private revoked = false;

  constructor(options: EmulatorOptions) {
    super(options);
    this.probe = new MailchimpProbe(this, options.now);
  }

  get changes(): number {
    return this.writeCount;
  }

  /** The merchant's own doing. */
  do(operation: Operation): void {
    this.commit(operation);
  }

  startAgain(): void {
    this.forget();
    this.commit({ k: 'reset' });
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const account = this.accountOf(request);
    if (account === undefined) return KEY_INVALID;
    if (request.host !== `${account.dataCentre}.api.mailchimp.com`)
      return wrongDataCentre(account.dataCentre);
    const [version, ...path] = pathSegments(request) ?? [];
    if (version !== '3.0') return NOT_FOUND;
    const [area, id, part, hash, ...rest] = path;
    if (area === undefined) return this.root(account, request);
    if (area === 'ping') return jsonAnswer(200, { health_status: "Everything's Chimpy!" });
    if (area !== 'lists') return NOT_FOUND;
    if (id === undefined) return this.lists(account, request);
    const shelf = account.audiences.get(id);
    if (shelf === undefined) return NOT_FOUND;
    if (part === 'members' && hash !== undefined) {
      const call = { account, shelf, hash: memberHash(hash), request, now: this.options.now() };
      return this.member(call, rest.join('/'));
    }
    return this.list(shelf, part, request);
  }

  protected apply(operation: Operation): void {
    if (operation.k === 'reset') {
      this.accounts = furnished();
      this.revoked = false;
    } else if (operation.k === 'revoked') this.revoked = operation.revoked;
    else {
      const account = this.accounts.find(({ id }) => id === operation.a);
      if (account !== undefined) applyTo(account, operation);
    }
  }

  /** Basic with any user name, or Bearer. */
  private accountOf({ headers }: EmulatedRequest): Account | undefined {
    const [scheme = '', value = ''] = (headers['authorization'] ?? '').split(' ', 2);
    const pair = Buffer.from(value, 'base64').toString('utf8');
    const key = scheme === 'Basic' ? pair.slice(pair.indexOf(':') + 1) : value;
    return this.revoked ? undefined : this.accounts.find(({ apiKey }) => apiKey === key);
  }

  private root({ id, name }: Account, { query }: EmulatedRequest): Reply<Operation> {
    const people = { email: 'owner@acme.example', first_name: 'Ada', last_name: 'Owner', username: 'acme' };
    const plan = { role: 'owner', pricing_plan_type: 'monthly', total_subscribers: 0 };
    return shown({ account_id: id, login_id: '1', account_name: name, ...people, ...plan }, query);
  }

  private lists(account: Account, { method, query }: EmulatedRequest): Reply<Operation> {
    if (method !== 'GET')
      return problem(405, 'Method Not Allowed', 'The requested method and resource are not compatible.');
    const email = query.get('email');
    const shelves = [...account.audiences.values()].filter(
      ({ members }) => email === null || members.has(hashOf(email)),
    );
    const offset = Number(query.get('offset') ?? 0);
    const page = shelves.slice(offset, offset + Math.min(1000, Number(query.get('count') ?? 10)));
    const lists = page.map(({ audience, members }) => audienceBody(audience, members.size));
    return shown({ lists, total_items: shelves.length, constraints: { may_create: true } }, query);
  }

  private list(
    { audience, members }: Shelf,
    part: string | undefined,
    request: EmulatedRequest,
  ): Reply<Operation> {
    if (request.method !== 'GET') return NOT_FOUND;
    if (part === undefined) return shown(audienceBody(audience, members.size), request.query);
    if (part !== 'merge-fields') return NOT_FOUND;
    const all = mergeFieldBodies(audience);
    const fields = all.slice(0, Math.min(1000, Number(request.query.get('count') ?? 10)));
    return shown({ merge_fields: fields, list_id: audience.id, total_items: all.length }, request.query);
  }

  private member(call: MemberCall, rest: string): Reply<Operation> {
    const { shelf, hash, request } = call;
    switch (`${request.method} ${rest}`) {
      case 'GET ': {
        const member = shelf.members.get(hash);
        return member === undefined ? NOT_FOUND : shown(memberBody(shelf.audience, member), request.query);
      }
      case 'PUT ':
      case 'PATCH ':
        return writeMember(call);
      case 'DELETE ':
        return removeMember(call, false);
      case 'POST actions/delete-permanent':
        return removeMember(call, true);
      case 'GET tags': {
        const tags = shelf.members.get(hash)?.tags.map((name, index) => ({ id: 1000 + index, name }));
        return tags === undefined ? NOT_FOUND : shown({ tags, total_items: tags.length }, request.query);
      }
      case 'POST tags':
        return changeTags(call);
      case 'POST events':
        return recordEvent(call);
      default:
        return NOT_FOUND;
    }
  }
}

/** An address or a contact's id is taken in place of the hash. */
function memberHash(segment: string): string {
  return /^[0-9a-f]{32}$/.test(segment) ? segment : hashOf(segment);
}

function furnished(): readonly Account[] {
  const accounts = demoAccounts();
  for (const account of accounts) {
    applyTo(account, { k: 'audience', a: account.id, audience: newAudience(account, 'Affiliates') });
    applyTo(account, { k: 'audience', a: account.id, audience: newAudience(account, 'Newsletter') });
    const confirmed = newAudience(account, 'Newsletter with confirmation', true);
    applyTo(account, { k: 'audience', a: account.id, audience: confirmed });
  }
  return accounts;
}

function applyTo(account: Account, operation: Exclude<Operation, { k: 'reset' | 'revoked' }>): void {
  if (operation.k === 'audience') {
    const { audience } = operation;
    const shelf = account.audiences.get(audience.id);
    if (shelf !== undefined) shelf.audience = audience;
    else {
      account.made += 1;
      account.audiences.set(audience.id, {
        audience,
        members: new Map(),
        events: new Map(),
        forgotten: new Set(),
      });
    }
    return;
  }
  if (operation.k === 'audience_gone') {
    account.audiences.delete(operation.id);
    return;
  }
  const shelf = account.audiences.get(operation.id);
  if (shelf === undefined) return;
  switch (operation.k) {
    case 'member': {
      const { was, member } = operation;
      const hash = hashOf(member.email);
      if (was !== undefined && was !== hash) {
        shelf.members.delete(was);
        const events = shelf.events.get(was);
        if (events !== undefined) shelf.events.set(hash, events);
        shelf.events.delete(was);
      }
      shelf.members.set(hash, member);
      return;
    }
    case 'forgotten':
      shelf.members.delete(operation.hash);
      shelf.events.delete(operation.hash);
      shelf.forgotten.add(operation.hash);
      return;
    case 'event':
      shelf.events.set(operation.hash, [...(shelf.events.get(operation.hash) ?? []), operation.event]);
  }
}
