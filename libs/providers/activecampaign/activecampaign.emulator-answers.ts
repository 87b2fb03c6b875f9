import { jsonAnswer } from '@rekomi/vendor-emulation';
import type { EmulatedAnswer } from '@rekomi/provider-contract';
import type {
  Account,
  Contact,
  Field,
  List,
  ListEntry,
  Tag,
  TagEntry,
} from './activecampaign.emulator-model.js';

type Body = Readonly<Record<string, unknown>>;

const MADE_AT = '2026-01-01T10:00:00-06:00';

/** A key that is wrong or was recycled: no body, and not even a type. */
export const FORBIDDEN: EmulatedAnswer = { status: 403, body: '' };
export const NO_ACCOUNT: EmulatedAnswer = {
  status: 404,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>404</title><h1>Not Found</h1>',
};
export const NO_ROUTE = jsonAnswer(404, { message: 'No route found' });
export const BAD_REQUEST = jsonAnswer(400, {});

export function noResult(kind: string, id: string): EmulatedAnswer {
  return jsonAnswer(404, { message: `No Result found for ${kind} with id ${id}` });
}

export function unprocessable(title: string, pointer?: string, code?: string): EmulatedAnswer {
  const error = {
    title,
    detail: '',
    ...(code === undefined ? {} : { code }),
    ...(pointer === undefined ? {} : { source: { pointer: `/data/attributes/${pointer}` } }),
  };
  return jsonAnswer(422, { errors: [error] });
}

export function notFound(detail: string): EmulatedAnswer {
  return jsonAnswer(404, { errors: [{ status: 404, title: 'Not Found', detail }] });
}

/** One page of a listing; 20 unless asked, 100 at most. Totals are texts. */
export function listing(key: string, items: readonly Body[], query: URLSearchParams): EmulatedAnswer {
  const limit = Math.min(100, Number(query.get('limit') ?? 20));
  const offset = Number(query.get('offset') ?? 0);
  const page = items.slice(offset, offset + limit);
  return jsonAnswer(200, { [key]: page, meta: { total: String(items.length) } });
}

export function listBody({ id, name }: List): Body {
  const stringid = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const sender = { sender_url: 'https://acme.example', sender_reminder: 'You signed up at acme.example.' };
  return {
    id,
    name,
    stringid,
    userid: '1',
    cdate: MADE_AT,
    udate: null,
    deletestamp: null,
    ...sender,
    user: '1',
    links: {},
  };
}

export function tagBody({ id, tag, tagType }: Tag): Body {
  return { id, tag, tagType, description: '', cdate: MADE_AT, links: {} };
}

export function fieldBody({ id, title, perstag }: Field): Body {
  return {
    id,
    title,
    perstag,
    type: 'text',
    isrequired: '0',
    visible: '1',
    options: [],
    relations: [],
    links: {},
  };
}

export function contactBody({ id, email, firstName, lastName, values }: Contact): Body {
  const bounces = { bounced_hard: '0', bounced_soft: '0', bounced_date: '0000-00-00' };
  return {
    id,
    email,
    firstName,
    lastName,
    phone: '',
    orgid: '',
    ...bounces,
    cdate: MADE_AT,
    udate: MADE_AT,
    deleted: '0',
    fieldValues: Object.keys(values).map((field) => valueId(id, field)),
    links: {},
  };
}

export function valueBodies({ id, values }: Contact): readonly Body[] {
  return Object.entries(values).map(([field, value]) => ({
    contact: id,
    field,
    value,
    cdate: MADE_AT,
    udate: MADE_AT,
    links: {},
    id: valueId(id, field),
    owner: id,
  }));
}

function valueId(contact: string, field: string): string {
  return `${contact}${field.padStart(4, '0')}`;
}

/** Reads say the status as text. */
export function entryBody(contact: string, { id, list, status, sourceid }: ListEntry): Body {
  return {
    contact,
    list,
    form: null,
    seriesid: '0',
    sdate: MADE_AT,
    udate: MADE_AT,
    status,
    sourceid,
    links: {},
    id,
  };
}

export function tagEntryBody(contact: string, { id, tag }: TagEntry): Body {
  return { contact, tag, cdate: MADE_AT, id, links: {} };
}

export function wholeContact(contact: Contact): EmulatedAnswer {
  return jsonAnswer(200, {
    contactAutomations: [],
    contactLists: contact.lists.map((entry) => entryBody(contact.id, entry)),
    deals: [],
    fieldValues: valueBodies(contact),
    contact: contactBody(contact),
  });
}

export function userBody(account: Account): Body {
  const [name = ''] = account.host.split('.');
  return {
    username: name,
    firstName: 'Ada',
    lastName: 'Owner',
    email: 'owner@acme.example',
    phone: '',
    signature: null,
    links: {},
    id: '1',
  };
}
