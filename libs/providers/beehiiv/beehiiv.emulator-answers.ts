import { jsonAnswer, type Reply } from '@rekomi/vendor-emulation';
import {
  VALIDATION_MS,
  type Operation,
  type Publication,
  type Subscription,
} from './beehiiv.emulator-model.js';

export function errorAnswer(status: number, statusText: string, message: string): Reply<Operation> {
  const code = statusText.toUpperCase().replace(/\s+/g, '_');
  return jsonAnswer(status, { status, statusText, errors: [{ message, code }] });
}

/** Every answer to a known key says how much of the allowance is left; a 429 has no Retry-After. */
export function withLimits(
  reply: Reply<Operation>,
  remaining: number,
  resetSeconds: number,
): Reply<Operation> {
  const headers = {
    'ratelimit-limit': '180',
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

export function publicationView({ id, name, created }: Publication, organization: string): object {
  return { id, name, organization_name: organization, referral_program_enabled: false, created };
}

/** The address is being checked for a moment after a subscription begins. */
export function statusAt(subscription: Subscription, now: number): string {
  const { status, created } = subscription;
  return status === 'validating' && now >= created * 1000 + VALIDATION_MS ? 'active' : status;
}

export function subscriptionView(
  publication: Publication,
  subscription: Subscription,
  now: number,
  expand: readonly string[],
): object {
  const { id, email, created, fields, tags, utmSource } = subscription;
  const kinds = new Map(publication.fields.map(({ display, kind }) => [display, kind]));
  return {
    id,
    email,
    status: statusAt(subscription, now),
    created,
    subscription_tier: 'free',
    subscription_premium_tier_names: [],
    utm_source: utmSource,
    utm_medium: '',
    utm_channel: 'api',
    utm_campaign: '',
    referring_site: '',
    referral_code: id.slice(-10),
    ...(expand.includes('custom_fields')
      ? {
          custom_fields: [...fields].map(([name, value]) => ({
            name,
            kind: kinds.get(name) ?? 'string',
            value,
          })),
        }
      : {}),
    ...(expand.includes('tags') ? { tags: [...tags] } : {}),
  };
}
