import { md5Hex } from '@rekomi/provider-contract';
import { emptyAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import { fault, invalid, NOT_FOUND, type FieldError } from './omnisend.emulator-answers.js';
import { kindOf } from './omnisend.emulator-apply.js';
import { isAddress, type Call } from './omnisend.emulator-contacts.js';
import { keyOf, type Operation } from './omnisend.emulator-model.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[4-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * An event about an address that nobody has creates the contact. The same id and time again is stored once; that an
 * automation may start again is not emulated.
 */
export function answerEvents({ brand, request, now }: Call, path: readonly string[]): Reply<Operation> {
  if (request.method !== 'POST' || path.length > 0) return NOT_FOUND;
  const body = jsonObject(request) ?? {};
  const { eventName, eventID, eventTime, properties = {}, contact } = body;
  const { id, email } = (contact ?? {}) as { readonly id?: unknown; readonly email?: unknown };
  const at = eventTime === undefined ? now : Date.parse(String(eventTime));
  const data = properties as Readonly<Record<string, unknown>>;
  const faults: FieldError[] = [
    ...(typeof eventName !== 'string' || eventName.trim() === ''
      ? [fault('eventName', 'must not be empty')]
      : []),
    ...(eventID !== undefined && !UUID.test(String(eventID))
      ? [fault('eventID', 'must be a UUID of version 4 to 7')]
      : []),
    ...(Number.isFinite(at) ? [] : [fault('eventTime', 'must be a date by RFC 3339')]),
    ...(typeof id === 'string' && !brand.contacts.has(id)
      ? [fault('contact.id', 'contact not found', 'not_found')]
      : []),
    ...(typeof id !== 'string' && (typeof email !== 'string' || !isAddress(email))
      ? [fault('contact', 'id, email or phone is needed')]
      : []),
    ...propertyFaults(brand.kinds, String(eventName), data),
  ];
  if (faults.length > 0) return invalid(...faults);
  const address = String(email);
  const known = typeof id === 'string' ? id : brand.byEmail.get(keyOf(address));
  const who = known ?? md5Hex(`${brand.id} ${keyOf(address)}`).slice(0, 24);
  const event = { id: eventID === undefined ? '' : String(eventID), name: String(eventName), at, data };
  const twice = brand.contacts
    .get(who)
    ?.events.some((one) => one.id !== '' && one.id === event.id && one.at === at);
  const operations: Operation[] = [
    ...(known === undefined
      ? [{ k: 'contact', b: brand.id, id: who, email: address.trim(), at: now } as const]
      : []),
    ...(twice === true ? [] : [{ k: 'event', b: brand.id, id: who, event } as const]),
  ];
  return { ...emptyAnswer(202), operations };
}

/** Names and sizes of properties; the kind of each is fixed by the first event of that name. */
function propertyFaults(
  kinds: ReadonlyMap<string, string>,
  name: string,
  data: Readonly<Record<string, unknown>>,
): readonly FieldError[] {
  return Object.entries(data).flatMap(([key, value]) => {
    const field = `properties.${key}`;
    if (!/^[A-Za-z0-9_]{1,128}$/.test(key)) return [fault(field, 'has letters that are not allowed', 'name')];
    if (typeof value === 'string' && value.length > 2048)
      return [fault(field, 'must not be longer than 2048', 'too_long')];
    const kind = kinds.get(`${name} ${key}`);
    return kind === undefined || kind === kindOf(value)
      ? []
      : [fault(field, `must be of the kind ${kind}`, 'kind')];
  });
}
