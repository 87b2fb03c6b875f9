import { Injectable } from '@nestjs/common';
import {
  isObject,
  plainFields,
  refused,
  told,
  unknownAnswer,
  type AudienceCreation,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type CrmProvider,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Verification,
} from '@rekomi/provider-contract';
import { failureOf, type Declined } from './brevo.answers.js';
import { BrevoCalls } from './brevo.calls.js';
import { removeContact, upsertContact } from './brevo.contacts.js';
import { brevoManifest } from './brevo.manifest.js';
import { planEvent } from './brevo.mapping.js';
import { verifyKey } from './brevo.verify.js';

/** The most that one page of lists holds. https://developers.brevo.com/reference/get-lists, 2026-11. */
const PAGE = 50;

/** Brevo, API v3. Contacts are known by address, lists are the audiences, and tags are a text attribute of ours. */
@Injectable()
export class BrevoProvider implements CrmProvider {
  readonly manifest: ProviderManifest = brevoManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyKey(access);
  }

  /** The cursor is the number of lists that came before. */
  async listAudiences(access: ProviderAccess, cursor = '0'): Promise<AudiencePage> {
    const offset = Number(cursor);
    const calls = new BrevoCalls(access);
    let reading = await calls.lists(PAGE, offset);
    // An account without lists may be told by an empty object, which others send as well; twice in a row it is believed.
    const empty = reading.kind === 'ok' && Object.keys(reading.body).length === 0;
    if (empty) reading = await calls.lists(PAGE, offset);
    if (reading.kind !== 'ok') return failureOf(reading);
    const { lists, count } = reading.body;
    if (
      lists === undefined &&
      (typeof count === 'number' || (empty && Object.keys(reading.body).length === 0))
    ) {
      return { kind: 'page', audiences: [] };
    }
    if (!Array.isArray(lists)) return unknownAnswer();
    const audiences = lists.filter(isObject).map(({ id, name }) => ({ id: String(id), name: String(name) }));
    const next = offset + lists.length;
    const more = typeof count === 'number' ? next < count : lists.length === PAGE;
    return { kind: 'page', audiences, ...(more && lists.length > 0 ? { nextCursor: String(next) } : {}) };
  }

  /** A list needs a folder: the account's first, or one of ours where there is none. */
  async createAudience(access: ProviderAccess, name: string): Promise<AudienceCreation> {
    const trimmed = name.trim();
    if (trimmed === '') return { kind: 'refused', code: 'field_rejected', field: 'name' };
    const calls = new BrevoCalls(access);
    const seen = await calls.folders();
    if (seen.kind !== 'ok') return failureOf(seen);
    const { folders } = seen.body;
    let folder = Array.isArray(folders) && isObject(folders[0]) ? folders[0].id : undefined;
    if (typeof folder !== 'number') {
      const made = await calls.createFolder('Rekomi');
      folder = made.kind === 'ok' ? made.body.id : undefined;
      if (typeof folder !== 'number') return failureOf(made);
    }
    const made = await calls.createList(trimmed, folder);
    if (made.kind !== 'ok') return failureOf(made, refusedName);
    const { id } = made.body;
    if (made.status === 201 && typeof id === 'number') {
      return { kind: 'created', audience: { id: String(id), name: trimmed } };
    }
    return { kind: 'ambiguous', code: 'answer_unknown', status: made.status };
  }

  upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    return upsertContact(new BrevoCalls(access), change);
  }

  /**
   * Whether an event makes a contact of an unknown address is not documented. Brevo's own id of the contact can make
   * nobody; without one the person is looked up.
   */
  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const plan = planEvent(event);
    if (plan.kind === 'refused') return plan;
    const calls = new BrevoCalls(access);
    let id = event.vendorId;
    if (id === undefined || !/^\d{1,15}$/.test(id)) {
      const look = await calls.look(event.email.trim());
      if (look.kind === 'failed') return look.failure;
      if (look.kind === 'not_found') {
        return { kind: 'refused', code: 'event_refused', vendorMessage: 'Brevo does not know this person.' };
      }
      id = look.person.id;
    }
    const reading = await calls.track({
      event_name: plan.name,
      event_date: plan.date,
      identifiers: { contact_id: Number(id) },
      event_properties: plan.properties,
    });
    if (reading.kind !== 'ok' || reading.status !== 204) return failureOf(reading, refusedEvent);
    return { kind: 'accepted', ...told(plan.warnings) };
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    const look = await new BrevoCalls(access).look(email.trim());
    if (look.kind === 'failed') return look.failure;
    if (look.kind === 'not_found') return look;
    const { person } = look;
    return {
      kind: 'found',
      snapshot: {
        email: person.email,
        vendorId: person.id,
        fields: plainFields(person.attributes),
        consent: person.blacklisted ? 'unsubscribed' : 'subscribed',
        audiences: person.lists,
        seenAt: new Date(access.now()).toISOString(),
      },
    };
  }

  removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    return removeContact(new BrevoCalls(access), previous);
  }

  async eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
    const reading = await new BrevoCalls(access).delete(email.trim());
    if (reading.kind === 'ok' && reading.status === 204) return { kind: 'confirmed' };
    return reading.kind === 'declined' && reading.status === 404 ? { kind: 'unchanged' } : failureOf(reading);
  }
}

function refusedName(declined: Declined): Failure {
  return refused('field_rejected', declined, 'name');
}

function refusedEvent(declined: Declined): Failure {
  return refused('event_refused', declined);
}
