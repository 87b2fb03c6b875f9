import { emptyAnswer, jsonAnswer } from '@rekomi/vendor-emulation';
import type { EmulatedAnswer } from '@rekomi/provider-contract';
import { hashOf, type Audience, type Member } from './mailchimp.emulator-model.js';

const PROBLEM = { 'content-type': 'application/problem+json; charset=utf-8' };
const ABOUT = 'https://mailchimp.com/developer/marketing/docs/errors/';
const NOT_VALID =
  "The resource submitted could not be validated. For field-specific details, see the 'errors' array.";

export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

export function problem(
  status: number,
  title: string,
  detail: string,
  errors?: readonly FieldFault[],
): EmulatedAnswer {
  const instance = '995c5cb0-3280-4a6e-808b-3b096d0bb219';
  const body = { type: ABOUT, title, status, detail, instance, ...(errors === undefined ? {} : { errors }) };
  return jsonAnswer(status, body, PROBLEM);
}

export const KEY_INVALID = problem(
  401,
  'API Key Invalid',
  "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
);
export const NOT_FOUND = problem(404, 'Resource Not Found', 'The requested resource could not be found.');
export const NO_CONTENT = emptyAnswer(204);
export const NOT_JSON = problem(400, 'JSON Parse Error', 'We encountered an unspecified JSON parsing error.');

export function wrongDataCentre(dataCentre: string): EmulatedAnswer {
  return problem(403, 'Forbidden', `The API key provided is linked to datacenter '${dataCentre}'`);
}

export function invalid(errors: readonly FieldFault[]): EmulatedAnswer {
  return problem(400, 'Invalid Resource', NOT_VALID, errors);
}

export function mergeFieldsInvalid(errors: readonly FieldFault[]): EmulatedAnswer {
  return problem(400, 'Invalid Resource', 'Your merge fields were invalid.', errors);
}

export function looksFake(email: string): EmulatedAnswer {
  return problem(
    400,
    'Invalid Resource',
    `${email} looks fake or invalid, please enter a real email address.`,
  );
}

export function inCompliance(email: string): EmulatedAnswer {
  const detail = `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`;
  return problem(400, 'Member In Compliance State', detail);
}

export function forgotten(email: string): EmulatedAnswer {
  const detail = `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`;
  return problem(400, 'Forgotten Email Not Subscribed', detail);
}

export function alreadyMember(email: string): EmulatedAnswer {
  return problem(400, 'Member Exists', `${email} is already a list member.`);
}

/** The resource as it is shown; `fields` picks parts of it by dotted names. */
export function shown(body: Readonly<Record<string, unknown>>, query: URLSearchParams): EmulatedAnswer {
  const fields = query.get('fields');
  const picked =
    fields === null
      ? body
      : pick(
          body,
          fields.split(',').map((name) => name.split('.')),
        );
  return jsonAnswer(200, picked, { 'content-type': 'application/json; charset=utf-8' });
}

function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) return value.map((one) => pick(one, paths));
  if (typeof value !== 'object' || value === null) return value;
  const names = [...new Set(paths.map(([name = '']) => name))].filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      pick(
        (value as Record<string, unknown>)[name],
        paths.filter(([first]) => first === name).map((path) => path.slice(1)),
      ),
    ]),
  );
}

export function audienceBody(audience: Audience, members: number): Readonly<Record<string, unknown>> {
  return {
    id: audience.id,
    web_id: 100_000 + audience.number,
    name: audience.name,
    date_created: '2026-01-01T09:00:00+00:00',
    list_rating: 3,
    double_optin: audience.doubleOptIn,
    marketing_permissions: false,
    stats: { member_count: members, unsubscribe_count: 0, cleaned_count: 0 },
  };
}

export function mergeFieldBodies(audience: Audience): readonly Readonly<Record<string, unknown>>[] {
  return audience.fields.map(({ tag, name, type, required }, index) => ({
    merge_id: index + 1,
    tag,
    name,
    type,
    required,
    default_value: '',
    public: false,
    display_order: index + 2,
    help_text: '',
    list_id: audience.id,
  }));
}

export function memberBody(audience: Audience, member: Member): Readonly<Record<string, unknown>> {
  const { email, status, reason, fields, tags, number, changedAt } = member;
  const hash = hashOf(email);
  const empty = Object.fromEntries(audience.fields.map(({ tag }) => [tag, '']));
  return {
    id: hash,
    email_address: email,
    unique_email_id: hash.slice(0, 10),
    contact_id: hash,
    full_name: [fields['FNAME'], fields['LNAME']]
      .filter((part) => part !== undefined && part !== '')
      .join(' '),
    web_id: 500_000 + number,
    email_type: 'html',
    status,
    ...(reason === undefined ? {} : { unsubscribe_reason: reason }),
    merge_fields: { ...empty, ...fields },
    timestamp_opt: changedAt,
    last_changed: changedAt,
    language: '',
    vip: false,
    source: 'API - Generic',
    tags_count: tags.length,
    tags: tags.slice(0, 50).map((name, index) => ({ id: 1000 + index, name })),
    list_id: audience.id,
  };
}
