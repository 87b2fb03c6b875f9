import {
  failed,
  pathSegment,
  refused,
  unknownAnswer,
  within,
  type Failure,
  type JsonObject,
  type ProviderAccess,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, type Reading } from './brevo.answers.js';
import { brevoManifest } from './brevo.manifest.js';

type Family = keyof typeof brevoManifest.limits;

/** A contact as the vendor shows it. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly blacklisted: boolean;
  readonly attributes: JsonObject;
  readonly lists: readonly string[];
  /** Lists that the contact left through an unsubscribe link. */
  readonly leftLists: readonly string[];
}

export type Look =
  | { readonly kind: 'found'; readonly person: Person }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The vendor's calls, one function each. Nothing here decides anything. */
export class BrevoCalls {
  constructor(readonly access: ProviderAccess) {}

  account(): Promise<Reading> {
    return this.ask('account', 'GET', '/account');
  }

  lists(limit: number, offset: number): Promise<Reading> {
    const query = { limit: String(limit), offset: String(offset), sort: 'asc' };
    return this.ask('contacts', 'GET', '/contacts/lists', { query });
  }

  list(id: string): Promise<Reading> {
    return this.ask('contacts', 'GET', `/contacts/lists/${pathSegment(id)}`);
  }

  folders(): Promise<Reading> {
    return this.ask('contacts', 'GET', '/contacts/folders', {
      query: { limit: '1', offset: '0', sort: 'asc' },
    });
  }

  createFolder(name: string): Promise<Reading> {
    return this.ask('contacts', 'POST', '/contacts/folders', { json: { name } });
  }

  createList(name: string, folderId: number): Promise<Reading> {
    return this.ask('contacts', 'POST', '/contacts/lists', { json: { name, folderId } });
  }

  attributes(): Promise<Reading> {
    return this.ask('contacts', 'GET', '/contacts/attributes');
  }

  createAttribute(name: string, type: string): Promise<Reading> {
    return this.ask('contacts', 'POST', `/contacts/attributes/normal/${pathSegment(name)}`, {
      json: { type },
    });
  }

  /**
   * Creates and never updates, so that it can raise nobody's consent and replace nobody's lists.
   *
   * @param blocked makes the contact a blocklisted one
   */
  create(email: string, attributes: object, listIds: readonly number[], blocked: boolean): Promise<Reading> {
    const json = {
      email,
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      ...(listIds.length === 0 ? {} : { listIds }),
      ...(blocked ? { emailBlacklisted: true } : {}),
      updateEnabled: false,
    };
    return this.ask('contacts', 'POST', '/contacts', { json });
  }

  update(email: string, json: object): Promise<Reading> {
    return this.ask('contacts', 'PUT', contactPath(email), { json, query: BY_EMAIL });
  }

  delete(email: string): Promise<Reading> {
    return this.ask('contacts', 'DELETE', contactPath(email), { query: BY_EMAIL });
  }

  addToList(list: string, email: string): Promise<Reading> {
    return this.ask('contacts', 'POST', `/contacts/lists/${pathSegment(list)}/contacts/add`, {
      json: { emails: [email] },
    });
  }

  track(json: object): Promise<Reading> {
    return this.ask('events', 'POST', '/events', { json });
  }

  async look(email: string): Promise<Look> {
    const reading = await this.ask('contacts', 'GET', contactPath(email), { query: BY_EMAIL });
    if (reading.kind === 'failed') return reading;
    if (reading.kind === 'declined') {
      if (reading.status === 404) return { kind: 'not_found' };
      return failed(refused('email_invalid', reading, 'email'));
    }
    const { id, email: shown, emailBlacklisted, attributes, listIds, listUnsubscribed } = reading.body;
    // Without the flag nobody can say whether the person opted out.
    if (typeof id !== 'number' || typeof emailBlacklisted !== 'boolean') return failed(unknownAnswer());
    return {
      kind: 'found',
      person: {
        id: String(id),
        email: typeof shown === 'string' ? shown : email,
        blacklisted: emailBlacklisted,
        attributes: within(attributes),
        lists: texts(listIds),
        leftLists: texts(listUnsubscribed),
      },
    };
  }

  private async ask(
    family: Family,
    method: VendorRequest['method'],
    path: string,
    parts: Pick<VendorRequest, 'json' | 'query'> = {},
  ): Promise<Reading> {
    const answer = await this.access.http.request({
      ...parts,
      family,
      method,
      host: brevoManifest.regions[0].hosts.api,
      path: `/v3${path}`,
      authorization: { kind: 'header', name: 'api-key', credential: 'apiKey' },
    });
    return readAnswer(answer, { family, now: this.access.now(), harmless: method === 'GET' });
  }
}

/** Otherwise a number for an address would be taken for an id. */
const BY_EMAIL = { identifierType: 'email_id' } as const;

function contactPath(email: string): string {
  return `/contacts/${pathSegment(email)}`;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
