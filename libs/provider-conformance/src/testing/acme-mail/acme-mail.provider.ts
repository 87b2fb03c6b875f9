import { Injectable } from '@nestjs/common';
import {
  audienceDifference,
  foundOf,
  joinDeltas,
  pathSegment,
  tagDifference,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CrmProvider,
  type Failure,
  type FieldValue,
  type Outcome,
  type ProviderAccess,
  type Verification,
  type VendorRequest,
  type Warning,
  type WrittenDelta,
} from '@rekomi/provider-contract';

import { readAnswer, type Reading } from './acme-mail.answers.js';
import { acmeMailManifest } from './acme-mail.manifest.js';
import { eventBody, fieldsToSend } from './acme-mail.mapping.js';

const PAGE = 100;
const CONSENT = ['subscribed', 'unsubscribed', 'bounced'] as const;

@Injectable()
export class AcmeMailProvider implements CrmProvider {
  readonly manifest = acmeMailManifest;

  async verify(access: ProviderAccess): Promise<Verification> {
    const reading = await ask(access, { method: 'GET', path: '/v1/account' }, 'id');
    const credentials = ['apiKey'];
    if (reading.kind === 'ok') {
      const { id, name } = reading.body;
      return {
        kind: 'valid',
        account: {
          id: String(id),
          ...(typeof name === 'string' ? { name } : {}),
        },
        region: 'all',
        rights: [{ name: 'audiences', granted: true }],
        checks: [{ credentials, result: 'valid' }],
      };
    }
    const { failure } = reading;
    const { code, vendorMessage } = failure;
    const words = {
      code,
      ...(vendorMessage === undefined ? {} : { vendorMessage }),
    };
    if (failure.kind === 'unauthorised') {
      return {
        kind: 'rejected',
        ...words,
        credentials,
        checks: [{ credentials, result: 'rejected', ...words }],
      };
    }
    return {
      kind: 'unreachable',
      ...words,
      checks: [{ credentials, result: 'unreachable', ...words }],
    };
  }

  async listAudiences(access: ProviderAccess, cursor = '1'): Promise<AudiencePage> {
    const query = { page: cursor, per_page: String(PAGE) };
    const reading = await ask(access, { method: 'GET', path: '/v1/lists', query }, 'lists');
    if (reading.kind !== 'ok') return reading.failure;
    const lists = reading.body['lists'] as readonly {
      id: string;
      name: string;
      kind: string;
    }[];
    const next = reading.body['next_page'];
    return {
      kind: 'page',
      audiences: lists.filter(({ kind }) => kind === 'manual').map(({ id, name }) => ({ id, name })),
      ruleBased: lists.filter(({ kind }) => kind === 'smart').map(({ id }) => id),
      ...(typeof next === 'number' ? { nextCursor: String(next) } : {}),
    };
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    const { previous } = change;
    if (previous === undefined || previous.email === change.desired.email) return this.#write(access, change);
    // Acme Mail cannot change an address: what is ours goes from the old one, and everything to the new one.
    // An opt-out goes along, and is known before anything is written.
    const old = await this.readContact(access, previous.email);
    if (old.kind !== 'found' && old.kind !== 'not_found') return old;
    const optedOut = old.kind === 'found' && old.snapshot.consent === 'unsubscribed';
    const taken = await this.removeContact(access, {
      contactId: change.contactId,
      previous,
    });
    if (taken.kind !== 'confirmed') return taken;
    const { previous: _, ...anew } = change;
    const outcome = await this.#write(access, anew, optedOut);
    return { ...outcome, written: joinDeltas(taken.written, outcome.written) };
  }

  async #write(access: ProviderAccess, change: ContactChange, optedOut = false): Promise<Outcome> {
    const { email } = change.desired;
    const fields = fieldsToSend(change);
    const tags = tagDifference(change);
    const lists = audienceDifference(change);
    const isNew = change.previous === undefined;
    const warnings: Warning[] = [];
    // What stood there before us is told first, and is not ours to take away.
    const there = await lookFor(access, email, tags.add, lists.add);
    if (there.kind === 'failed') return there.failure;
    let written: WrittenDelta = there.found;
    const { tagsFound = [], audiencesFound = [] } = there.found;

    if (isNew || change.rewrite === true || Object.keys(fields).length > 0) {
      const put = await putContact(access, email, fields, optedOut);
      if (put.reading.kind !== 'ok') return put.reading.failure;
      written = joinDeltas(written, { email, fields: put.fields });
      warnings.push(...put.warnings);
    }
    const more = () => ({
      written,
      ...(warnings.length === 0 ? {} : { warnings }),
    });
    for (const id of lists.add.filter((one) => !audiencesFound.includes(one))) {
      const joined = await ask(access, { method: 'PUT', path: listPath(email, id) }, 'joined');
      if (joined.kind !== 'ok') return { ...joined.failure, ...more() };
      written = joinDeltas(written, { audiencesJoined: [id] });
    }
    for (const id of lists.remove) {
      const left = await ask(access, { method: 'DELETE', path: listPath(email, id) }, 'left');
      if (left.kind !== 'ok' && !isGone(left)) return { ...left.failure, ...more() };
      written = joinDeltas(written, { audiencesLeft: [id] });
    }
    const missing = tags.add.filter((tag) => !tagsFound.includes(tag));
    if (missing.length + tags.remove.length > 0) {
      const tagged = await changeTags(access, email, missing, tags.remove);
      if (tagged.kind !== 'ok') return { ...tagged.failure, ...more() };
      written = joinDeltas(written, {
        tagsAdded: missing,
        tagsRemoved: tags.remove,
      });
    }
    return {
      kind: Object.keys(written).length === 0 ? 'unchanged' : 'confirmed',
      ...more(),
    };
  }

  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const path = `${contactPath(event.email)}/events`;
    const reading = await ask(access, { method: 'POST', path, json: eventBody(event) }, 'event');
    if (reading.kind === 'ok') return { kind: 'accepted' };
    return reading.kind === 'declined' && reading.failure.kind === 'refused'
      ? { ...reading.failure, code: 'event_refused' }
      : reading.failure;
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    const reading = await ask(access, { method: 'GET', path: contactPath(email) }, 'email');
    if (reading.kind !== 'ok') return isGone(reading) ? { kind: 'not_found' } : reading.failure;
    const { fields, status, lists } = reading.body;
    return {
      kind: 'found',
      snapshot: {
        email: String(reading.body['email']),
        fields: fields as Readonly<Record<string, FieldValue>>,
        consent: CONSENT.find((one) => one === status) ?? 'unknown',
        audiences: lists as readonly string[],
        seenAt: new Date(access.now()).toISOString(),
      },
    };
  }

  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    let written: WrittenDelta = {};
    for (const id of previous.audiences) {
      const left = await ask(access, { method: 'DELETE', path: listPath(previous.email, id) }, 'left');
      if (left.kind !== 'ok' && !isGone(left)) return { ...left.failure, written };
      written = joinDeltas(written, { audiencesLeft: [id] });
    }
    if (previous.tags.length > 0) {
      const tagged = await changeTags(access, previous.email, [], previous.tags);
      if (tagged.kind !== 'ok' && !isGone(tagged)) return { ...tagged.failure, written };
      written = joinDeltas(written, { tagsRemoved: previous.tags });
    }
    const ours = Object.keys(previous.fields).filter((name) => name.startsWith('rekomi_'));
    if (ours.length > 0) {
      const path = `${contactPath(previous.email)}/fields`;
      const gone = await ask(access, { method: 'DELETE', path, json: { names: ours } }, 'removed');
      if (gone.kind !== 'ok' && !isGone(gone)) return { ...gone.failure, written };
      written = joinDeltas(written, {
        fields: Object.fromEntries(ours.map((name) => [name, null])),
      });
    }
    return { kind: 'confirmed', written };
  }
}

async function ask(
  access: ProviderAccess,
  request: Pick<VendorRequest, 'method' | 'path' | 'query' | 'json'>,
  sign: string,
): Promise<Reading> {
  const answer = await access.http.request({
    ...request,
    family: 'api',
    host: acmeMailManifest.regions[0].hosts.api,
    authorization: { kind: 'bearer', credential: 'apiKey' },
  });
  return readAnswer(answer, {
    sign,
    now: access.now(),
    harmless: request.method === 'GET',
  });
}

/** Which of the tags and lists to come the contact has already; nothing is asked where there is none to come. */
async function lookFor(
  access: ProviderAccess,
  email: string,
  tags: readonly string[],
  lists: readonly string[],
): Promise<
  | { readonly kind: 'looked'; readonly found: WrittenDelta }
  | { readonly kind: 'failed'; readonly failure: Failure }
> {
  if (tags.length + lists.length === 0) return { kind: 'looked', found: {} };
  const reading = await ask(access, { method: 'GET', path: contactPath(email) }, 'email');
  if (reading.kind !== 'ok')
    return isGone(reading) ? { kind: 'looked', found: {} } : { kind: 'failed', failure: reading.failure };
  const held = (key: string, wanted: readonly string[]): readonly string[] => {
    const names = reading.body[key];
    return wanted.filter((one) => Array.isArray(names) && names.includes(one));
  };
  return { kind: 'looked', found: foundOf(held('tags', tags), held('lists', lists)) };
}

/** Once more without the field that the vendor rejects: the person counts for more than the field. */
async function putContact(
  access: ProviderAccess,
  email: string,
  fields: Readonly<Record<string, FieldValue>>,
  optedOut: boolean,
): Promise<{
  readonly reading: Reading;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly warnings: readonly Warning[];
}> {
  const status = optedOut ? { status: 'unsubscribed' } : {};
  const put = (some: object) =>
    ask(access, { method: 'PUT', path: contactPath(email), json: { fields: some, ...status } }, 'email');
  const reading = await put(fields);
  if (reading.kind !== 'declined' || reading.field === undefined || !(reading.field in fields)) {
    return { reading, fields, warnings: [] };
  }
  const { field } = reading;
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
  const detail = 'Acme Mail does not take this value.';
  return {
    reading: await put(kept),
    fields: kept,
    warnings: [{ code: 'field_rejected', field, detail }],
  };
}

function changeTags(
  access: ProviderAccess,
  email: string,
  add: readonly string[],
  remove: readonly string[],
): Promise<Reading> {
  return ask(
    access,
    {
      method: 'POST',
      path: `${contactPath(email)}/tags`,
      json: { add, remove },
    },
    'tags',
  );
}

function isGone(reading: Reading): boolean {
  return reading.kind === 'declined' && ['contact_not_found', 'list_not_found'].includes(reading.error);
}

function contactPath(email: string): string {
  return `/v1/contacts/${pathSegment(email)}`;
}

function listPath(email: string, list: string): string {
  return `${contactPath(email)}/lists/${pathSegment(list)}`;
}
