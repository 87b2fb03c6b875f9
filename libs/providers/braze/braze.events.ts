import {
  refusedTogether,
  told,
  type ContactEvent,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Refused,
  type Warning,
} from '@rekomi/provider-contract';
import { eventRefusal } from './braze.answers.js';
import { track, type ObjectResult } from './braze.api.js';
import { brazeManifest, LONGEST_TEXT } from './braze.manifest.js';

/** Nested data of one event; one page says 50 KB, another 100. */
const DATA_BYTES = 50_000;
/** Braze's own recommended events. https://www.braze.com/docs/api/objects_filters/event_object/, 2026-11. */
const RESERVED_NAMES = /^ecommerce\./i;

interface EventPlan {
  readonly kind: 'plan';
  readonly object: object;
  readonly warnings: readonly Warning[];
}

export async function trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
  const [outcome] = await trackEvents(access, [event]);
  const { slice: _, ...told } = outcome ?? { kind: 'unavailable', code: 'provider_fault' };
  return told;
}

export async function trackEvents(
  access: ProviderAccess,
  events: readonly ContactEvent[],
): Promise<readonly Outcome[]> {
  const plans = events.map(planEvent);
  const objects = plans.flatMap((plan) => (plan.kind === 'plan' ? [JSON.stringify(plan.object)] : []));
  const results = [...(await track(access, 'events', objects))];
  return plans.map((plan, index) => {
    const { name, email } = events[index] ?? { name: '', email: '' };
    if (plan.kind === 'refused') return { ...plan, slice: { request: { email, name } } };
    return { ...outcomeOf(results.shift(), plan.warnings), slice: { request: plan.object } };
  });
}

function outcomeOf(result: ObjectResult | undefined, warnings: readonly Warning[]): Outcome {
  if (result?.kind === 'declined') {
    const refusal = eventRefusal(result.message, result.status);
    return result.together === true ? refusedTogether(refusal) : refusal;
  }
  if (result?.kind === 'ok') return { kind: 'accepted', ...told(warnings) };
  return result === undefined ? { kind: 'unavailable', code: 'provider_fault' } : onceAtMost(result.failure);
}

/** Braze drops no repeats. Behind a gateway's 502 or 504 the event may have been taken, so it counts as perhaps there. */
function onceAtMost(failure: Failure): Failure {
  return failure.kind === 'unavailable' && (failure.status === 502 || failure.status === 504)
    ? { ...failure, kind: 'ambiguous' }
    : failure;
}

/** Checks an event against the vendor's published rules. It never creates a user. */
function planEvent({ email, name: given, occurredAt, data }: ContactEvent): EventPlan | Refused {
  const name = given.trim();
  if (name === '' || [...name].length > LONGEST_TEXT || RESERVED_NAMES.test(name)) {
    return { kind: 'refused', code: 'event_name_invalid', field: 'name' };
  }
  const at = Date.parse(occurredAt);
  if (Number.isNaN(at)) return { kind: 'refused', code: 'event_time_invalid', field: 'time' };
  const warnings: Warning[] = [];
  const properties = Object.fromEntries(
    Object.entries(data)
      .filter(
        ([key, value]) => value !== undefined && value !== null && value !== '' && mayStay(key, warnings),
      )
      .map(([key, value]) => [key, shortenedText(key, value, warnings)]),
  );
  if (Buffer.byteLength(JSON.stringify(properties), 'utf8') > DATA_BYTES) {
    return { kind: 'refused', code: 'event_too_large', field: 'properties' };
  }
  const object = {
    email: email.trim(),
    _update_existing_only: true,
    name,
    time: new Date(at).toISOString(),
    properties,
  };
  return { kind: 'plan', object, warnings };
}

function mayStay(key: string, warnings: Warning[]): boolean {
  const reserved = (brazeManifest.reservedEventKeys as readonly string[]).includes(key.trim().toLowerCase());
  if (!reserved && !key.startsWith('$') && [...key].length <= LONGEST_TEXT) return true;
  const detail = `"${key.slice(0, 50)}" is no name that Braze takes for a property, so it was left out.`;
  warnings.push({ code: 'event_key_dropped', field: key, detail });
  return false;
}

function shortenedText(key: string, value: unknown, warnings: Warning[]): unknown {
  if (typeof value !== 'string' || [...value].length <= LONGEST_TEXT) return value;
  const detail = `"${key}" was cut to ${LONGEST_TEXT} characters, which is what Braze keeps of a text.`;
  warnings.push({ code: 'field_shortened', field: key, detail });
  return [...value].slice(0, LONGEST_TEXT).join('');
}
