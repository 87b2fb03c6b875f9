import type { Reply } from '@rekomi/vendor-emulation';
import { findByEmail, profileId } from './klaviyo.emulator-accounts.js';
import { invalid, nothing } from './klaviyo.emulator-answers.js';
import type { Operation, StoredEvent } from './klaviyo.emulator-model.js';
import { asObject, isAddress, newProfile } from './klaviyo.emulator-profile.js';
import type { Visit } from './klaviyo.emulator-routes.js';

const EARLIEST = Date.UTC(2000, 0, 1);
const AHEAD_MS = 366 * 24 * 60 * 60 * 1000;

/**
 * An address creates a profile where there is none; an id of nobody is taken and dropped. Of events of one profile and
 * metric with one `unique_id` the first stays; without one the second in which it happened stands for it.
 */
export function recordEvent({ account, a, body, now, at }: Visit): Reply<Operation> {
  const attributes = asObject(asObject(body.data).attributes);
  const metric = asObject(asObject(asObject(attributes.metric).data).attributes).name;
  const who = asObject(asObject(attributes.profile).data);
  const { email } = asObject(who.attributes);
  const { properties, time, unique_id: uniqueId } = attributes;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return invalid({ detail: 'This field is required.', pointer: '/data/attributes/properties' });
  }
  if (Object.keys(properties).length > 400) {
    return invalid({ detail: 'At most 400 properties are allowed.', pointer: '/data/attributes/properties' });
  }
  if (typeof metric !== 'string' || metric === '' || metric.length >= 128) {
    return invalid({
      detail: 'Invalid metric name.',
      pointer: '/data/attributes/metric/data/attributes/name',
    });
  }
  const happened = time === undefined || time === null ? now : Date.parse(String(time));
  if (!(happened >= EARLIEST && happened <= now + AHEAD_MS)) {
    return invalid({ detail: 'Invalid time.', pointer: '/data/attributes/time' });
  }
  if (typeof who.id !== 'string' && email === undefined) {
    return invalid({ detail: 'One identifier is needed.', pointer: '/data/attributes/profile/data' });
  }
  if (email !== undefined && !isAddress(email)) {
    const pointer = '/data/attributes/profile/data/attributes/email';
    return invalid({ detail: 'Invalid email address', pointer });
  }
  const known =
    (typeof who.id === 'string' ? account.profiles.get(who.id) : undefined) ??
    (email === undefined ? undefined : findByEmail(account, email));
  if (known === undefined && email === undefined) return nothing(202);
  const profile = known ?? newProfile(profileId(account), email, at);
  const second = `${new Date(happened).toISOString().slice(0, 19)}Z`;
  const event: StoredEvent = {
    metric,
    time: second,
    uniqueId: typeof uniqueId === 'string' && uniqueId !== '' ? uniqueId : second,
    told: typeof uniqueId === 'string' && uniqueId !== '',
    properties: asObject(properties),
  };
  const repeated = profile.events.some((one) => one.metric === metric && one.uniqueId === event.uniqueId);
  const events = repeated ? profile.events : [...profile.events, event];
  if (known !== undefined && repeated) return nothing(202);
  return { ...nothing(202), operations: [{ k: 'profile', a, profile: { ...profile, events } }] };
}
