import {
  audienceDifference,
  joinDeltas,
  pathSegment,
  refusedTogether,
  tagDifference,
  type Audience,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type ContactSnapshot,
  type CrmProvider,
  type Failure,
  type FieldValue,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Refused,
  type Verification,
  type VendorRequest,
  type Warning,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { read, type Reading } from './plain-post.answers.js';
import { plainPostManifest } from './plain-post.manifest.js';
import { fieldsOf } from './plain-post.mapping.js';

type Call = Pick<VendorRequest, 'method' | 'path' | 'json' | 'jsonText' | 'query'>;

/** Steps of one contact; the first failure ends them and keeps what was written. */
interface Steps {
  written: WrittenDelta | undefined;
  readonly warnings: Warning[];
  failure: Failure | undefined;
}

/** A complete provider for the invented vendor. */
export class PlainPostProvider implements CrmProvider {
  readonly manifest: ProviderManifest = plainPostManifest;

  async verify(access: ProviderAccess): Promise<Verification> {
    const credentials = ['apiKey'];
    let last: Failure | undefined;
    for (const region of plainPostManifest.regions) {
      const there = await ask(
        { ...access, region: region.name },
        { method: 'GET', path: '/v1/account' },
        'account',
      );
      if (there.kind === 'ok') {
        const { id, name } = there.body['account'] as { readonly id: string; readonly name: string };
        const rights = [{ name: 'contacts', granted: true }];
        const checks = [{ credentials, result: 'valid' as const }];
        return { kind: 'valid', account: { id, name }, region: region.name, rights, checks };
      }
      if (there.kind === 'failed' && (last === undefined || last.kind === 'unauthorised'))
        last = there.failure;
    }
    const code = last?.code ?? 'answer_unknown';
    if (last?.kind === 'unauthorised') {
      return { kind: 'rejected', code, credentials, checks: [{ credentials, result: 'rejected', code }] };
    }
    return { kind: 'unreachable', code, checks: [{ credentials, result: 'unreachable', code }] };
  }

  async listAudiences(access: ProviderAccess, cursor = '1'): Promise<AudiencePage> {
    const page = await ask(access, { method: 'GET', path: '/v1/lists', query: { page: cursor } }, 'lists');
    if (page.kind !== 'ok') return failureOf(page);
    const audiences = page.body['lists'] as readonly Audience[];
    const next = page.body['next'];
    return { kind: 'page', audiences, ...(typeof next === 'number' ? { nextCursor: String(next) } : {}) };
  }

  async createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    if (name.trim() === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
    const made = await ask(access, { method: 'POST', path: '/v1/lists', json: { name } }, 'list');
    return made.kind === 'ok'
      ? { kind: 'created', audience: made.body['list'] as Audience }
      : failureOf(made);
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    const { desired, previous } = change;
    const refused = refusedAddress(desired.email);
    if (refused !== undefined) return refused;
    if (previous !== undefined && previous.email.toLowerCase() !== desired.email.toLowerCase()) {
      // A contact that is given the new address keeps what the person decided.
      const { email } = desired;
      const path = `/v1/contacts/${pathSegment(previous.email)}/address/${pathSegment(email)}`;
      const moved = await ask(access, { method: 'POST', path }, 'moved');
      if (moved.kind === 'ok') {
        const outcome = await this.upsertContact(access, {
          ...change,
          previous: { ...previous, email },
          rewrite: true,
        });
        return { ...outcome, written: joinDeltas({ email }, outcome.written) };
      }
      if (moved.kind === 'failed' && moved.failure.kind !== 'refused') return moved.failure;
      const taken = await this.removeContact(access, { contactId: change.contactId, previous });
      if (taken.kind !== 'accepted' && taken.kind !== 'unchanged') return taken;
      const { previous: _, ...fresh } = change;
      return this.upsertContact(access, fresh);
    }
    const { fields, warnings } = fieldsOf(change);
    const [tags, audiences] = [tagDifference(change), audienceDifference(change)];
    const nothing = [tags.add, tags.remove, audiences.add, audiences.remove].every(
      ({ length }) => length === 0,
    );
    const told = warnings.length === 0 ? {} : { warnings };
    if (previous !== undefined && nothing && Object.keys(fields).length === 0)
      return { kind: 'unchanged', ...told };

    const looked = await look(access, desired.email);
    if (looked.kind !== 'found' && looked.kind !== 'not_found') return looked;
    const seen = looked.kind === 'found' ? looked.snapshot : undefined;
    const there = {
      tags: tags.add.filter((tag) => looked.kind === 'found' && looked.tags.includes(tag)),
      audiences: audiences.add.filter((id) => seen?.audiences?.includes(id) === true),
    };
    const steps: Steps = {
      written: { tagsFound: there.tags, audiencesFound: there.audiences },
      warnings: [...warnings],
      failure: undefined,
    };
    const contact = `/v1/contacts/${pathSegment(desired.email)}`;
    const real = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    await step(steps, access, { method: 'PUT', path: contact, json: { fields: real } }, 'contact', {
      email: desired.email,
      fields: real,
    });
    for (const tag of tags.add.filter((one) => !there.tags.includes(one))) {
      await step(steps, access, { method: 'PUT', path: `${contact}/tags/${pathSegment(tag)}` }, 'tagged', {
        tagsAdded: [tag],
      });
    }
    for (const tag of tags.remove) {
      await step(steps, access, { method: 'DELETE', path: `${contact}/tags/${pathSegment(tag)}` }, 'tagged', {
        tagsRemoved: [tag],
      });
    }
    const optedOut = seen !== undefined && seen.consent !== 'subscribed' && seen.consent !== 'unknown';
    const join = audiences.add.filter((id) => !there.audiences.includes(id));
    if (optedOut && join.length > 0) {
      steps.warnings.push({
        code: 'consent_not_raised',
        detail: 'This person has opted out, so no list was joined.',
      });
    }
    for (const id of optedOut ? [] : join) {
      await step(steps, access, { method: 'PUT', path: member(id, desired.email) }, 'member', {
        audiencesJoined: [id],
      });
    }
    await leaveAll(steps, access, desired.email, audiences.remove);
    return outcomeOf(steps);
  }

  async upsertContacts(
    access: ProviderAccess,
    changes: readonly ContactChange[],
  ): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const change of changes) {
      const outcome = await this.upsertContact(access, change);
      outcomes.push({ ...outcome, slice: { request: change.desired } });
    }
    return outcomes;
  }

  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const planned = planEvent(event);
    if (planned.kind === 'refused') return planned;
    const sent = await ask(access, { method: 'POST', path: '/v1/events', json: planned.body }, 'recorded');
    return recordedOutcome(sent);
  }

  async trackEvents(access: ProviderAccess, events: readonly ContactEvent[]): Promise<readonly Outcome[]> {
    const plans = events.map(planEvent);
    const texts = plans.flatMap((plan) => (plan.kind === 'refused' ? [] : [plan.text]));
    let outcome: Outcome = { kind: 'accepted' };
    if (texts.length > 0) {
      const path = '/v1/events/batch';
      const jsonText = `{"events":[${texts.join(',')}]}`;
      outcome = recordedOutcome(await ask(access, { method: 'POST', path, jsonText }, 'recorded'));
    }
    const together = outcome.kind === 'refused' ? refusedTogether(outcome) : outcome;
    return plans.map((plan, index) => ({
      ...(plan.kind === 'refused' ? plan : together),
      slice: { request: events[index] },
    }));
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    const looked = await look(access, email);
    return looked.kind === 'found' ? { kind: 'found', snapshot: looked.snapshot } : looked;
  }

  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    const look = await this.readContact(access, previous.email);
    if (look.kind === 'not_found') return { kind: 'unchanged' };
    if (look.kind !== 'found') return look;
    const steps: Steps = { written: undefined, warnings: [], failure: undefined };
    const contact = `/v1/contacts/${pathSegment(previous.email)}`;
    const ours = Object.keys(previous.fields).filter((name) => name.startsWith('rekomi_'));
    const fields = Object.fromEntries(ours.map((name) => [name, null]));
    if (ours.length > 0)
      await step(steps, access, { method: 'PUT', path: contact, json: { fields } }, 'contact', { fields });
    for (const tag of previous.tags) {
      await step(steps, access, { method: 'DELETE', path: `${contact}/tags/${pathSegment(tag)}` }, 'tagged', {
        tagsRemoved: [tag],
      });
    }
    await leaveAll(steps, access, previous.email, previous.audiences);
    return outcomeOf(steps);
  }

  async eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
    const erased = await ask(
      access,
      { method: 'DELETE', path: `/v1/contacts/${pathSegment(email)}` },
      'erased',
    );
    if (erased.kind === 'nobody') return { kind: 'unchanged' };
    return erased.kind === 'ok' ? { kind: 'confirmed' } : erased.failure;
  }
}

type Looked =
  | Exclude<ContactReading, { kind: 'found' }>
  | (Extract<ContactReading, { kind: 'found' }> & { readonly tags: readonly string[] });

async function look(access: ProviderAccess, email: string): Promise<Looked> {
  const seen = await ask(access, { method: 'GET', path: `/v1/contacts/${pathSegment(email)}` }, 'contact');
  if (seen.kind === 'nobody') return { kind: 'not_found' };
  if (seen.kind === 'failed') return seen.failure;
  const contact = seen.body['contact'] as {
    readonly email: string;
    readonly consent: ContactSnapshot['consent'] | 'none';
    readonly fields: Readonly<Record<string, FieldValue>>;
    readonly lists: readonly string[];
    readonly tags: readonly string[];
  };
  const { fields, lists: audiences, tags } = contact;
  const consent = contact.consent === 'none' ? 'unknown' : contact.consent;
  const seenAt = new Date(access.now()).toISOString();
  return { kind: 'found', snapshot: { email: contact.email, fields, audiences, consent, seenAt }, tags };
}

interface EventPlan {
  readonly kind: 'event';
  readonly body: object;
  readonly text: string;
}

function planEvent(event: ContactEvent): EventPlan | Refused {
  const time = Math.floor(Date.parse(event.occurredAt) / 1000);
  if (!Number.isFinite(time)) return { kind: 'refused', code: 'event_time_invalid' };
  if (event.name.length > 100) return { kind: 'refused', code: 'event_name_invalid' };
  const { email, name, dedupeId: id } = event;
  const data = Object.fromEntries(
    Object.entries(event.data).filter(
      ([key, value]) =>
        !plainPostManifest.reservedEventKeys.some((reserved) => reserved === key) &&
        value !== null &&
        value !== '',
    ),
  );
  const body = { email, name, id, time, data };
  const text = JSON.stringify(body);
  return text.length > 100_000 ? { kind: 'refused', code: 'event_too_large' } : { kind: 'event', body, text };
}

function recordedOutcome(reading: Reading): Outcome {
  if (reading.kind === 'ok') return { kind: 'accepted' };
  if (reading.kind === 'nobody') return { kind: 'refused', code: 'event_refused' };
  const { failure } = reading;
  return failure.kind === 'refused' ? { ...failure, code: 'event_refused' } : failure;
}

function refusedAddress(email: string): Outcome | undefined {
  if (email.trim() === '') return { kind: 'refused', code: 'email_invalid', field: 'email' };
  return email.length > 254 ? { kind: 'refused', code: 'email_too_long', field: 'email' } : undefined;
}

async function ask(access: ProviderAccess, call: Call, sign: string): Promise<Reading> {
  const region =
    plainPostManifest.regions.find(({ name }) => name === access.region) ?? plainPostManifest.regions[0];
  const answer = await access.http.request({
    ...call,
    family: 'api',
    host: region.hosts.api,
    authorization: { kind: 'bearer', credential: 'apiKey' },
  });
  return read(answer, sign, access.now(), call.method === 'GET');
}

async function step(
  steps: Steps,
  access: ProviderAccess,
  call: Call,
  sign: string,
  done: WrittenDelta,
): Promise<void> {
  if (steps.failure !== undefined) return;
  const reading = await ask(access, call, sign);
  if (reading.kind === 'ok') steps.written = joinDeltas(steps.written, done);
  else steps.failure = failureOf(reading);
}

/** Out of a list that is gone is out. */
async function leaveAll(
  steps: Steps,
  access: ProviderAccess,
  email: string,
  lists: readonly string[],
): Promise<void> {
  for (const id of lists) {
    const before = steps.failure;
    await step(steps, access, { method: 'DELETE', path: member(id, email) }, 'member', {
      audiencesLeft: [id],
    });
    if (before === undefined && steps.failure?.code === 'audience_missing') {
      steps.failure = undefined;
      steps.written = joinDeltas(steps.written, { audiencesLeft: [id] });
    }
  }
}

function outcomeOf({ written, warnings, failure }: Steps): Outcome {
  return {
    ...(failure ?? { kind: 'accepted' }),
    ...(written === undefined ? {} : { written }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function failureOf(reading: Exclude<Reading, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed' ? reading.failure : { kind: 'refused', code: 'contact_refused' };
}

function member(list: string, email: string): string {
  return `/v1/lists/${pathSegment(list)}/members/${pathSegment(email)}`;
}
