import type { PresetBody, WebhookPreset } from './preset.js';
import { messageUlid } from './message-ulid.js';
import type { WebhookMessage } from './webhook-message.js';

/** Bytes. The Track API's table of limits and https://docs.customer.io/journeys/attributes, 2026-08. */
const MAXIMUM = { identifier: 150, eventName: 100, data: 100_000 } as const;

/** They override sender and recipient of the message that an event triggers. "Track a customer event", 2026-08. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['recipient', 'from_address', 'reply_to']);

/**
 * Names with a meaning of their own when data comes in (https://docs.customer.io/integrations/api/cdp/, 2026-08), in
 * lower case.
 */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...['user deleted', 'user suppressed', 'user unsuppressed', 'device created or updated', 'device deleted'],
  ...['relationship deleted', 'object deleted', 'report delivery event', 'delete person'],
]);

/**
 * Events for people of a Customer.io workspace, one per call.
 * https://docs.customer.io/integrations/api/track/tag/track-events/track/, 2026-08.
 */
export const customerIoTrackPreset: WebhookPreset = {
  name: 'customer-io-track',
  label: 'Customer.io, Track API',
  summary: 'Posts each event to the person with the affiliate’s e-mail address in Customer.io.',
  docs: 'https://docs.customer.io/integrations/api/track/',
  // https://docs.customer.io/accounts-and-workspaces/data-centers/, 2026-08.
  regions: [
    { name: 'us', label: 'United States', host: 'track.customer.io' },
    { name: 'eu', label: 'European Union', host: 'track-eu.customer.io' },
  ],
  secrets: [
    { name: 'siteId', label: 'Site ID', help: 'Names the workspace. Stands next to the Track API key.' },
    { name: 'trackApiKey', label: 'Track API key', help: 'Belongs to the Site ID in the same row.' },
  ],
  url: (host) => `https://${host}/api/v1/customers/{{affiliate.email}}/events`,
  headers: ({ siteId = '', trackApiKey = '' }) => ({
    authorization: `Basic ${Buffer.from(`${siteId}:${trackApiKey}`).toString('base64')}`,
  }),
  render,
};

function render(message: WebhookMessage): PresetBody {
  if (message.affiliate === undefined)
    return refused('Customer.io records what happens to people, and this message is about nobody.');
  const { email } = message.affiliate;
  const name = message.type.trim();
  // The path takes an id of the vendor's own as well, and tells it by this beginning: another person would be meant.
  if (/^cio_/i.test(email))
    return refused('Customer.io takes an address that begins with "cio_" for an id of its own.');
  if (bytes(email) > MAXIMUM.identifier) {
    return refused(`Customer.io takes addresses of at most ${MAXIMUM.identifier} bytes.`);
  }
  if (name === '' || bytes(name) > MAXIMUM.eventName || RESERVED_NAMES.has(name.toLowerCase())) {
    return refused(
      `Customer.io takes no event of this name: at most ${MAXIMUM.eventName} bytes, and no reserved name.`,
    );
  }
  const timestamp = Math.floor(Date.parse(message.timestamp) / 1000);
  // What the vendor's own library accepts (https://github.com/customerio/customerio-ruby).
  if (!(timestamp > 999_999_999 && timestamp < 100_000_000_000)) {
    return refused('Customer.io takes no event of that time.');
  }
  const data = dataOf(message);
  if (bytes(JSON.stringify(data)) > MAXIMUM.data) {
    return refused(`Customer.io takes at most ${MAXIMUM.data} bytes of data with an event.`);
  }
  return { ok: true, json: { name, id: messageUlid(message), timestamp, data } };
}

/** The event's own data; the campaign beside it, unless the data say something of that name themselves. */
function dataOf({ data, campaign }: WebhookMessage): WebhookMessage['data'] {
  const kept = Object.entries(data).filter(([key]) => !RESERVED_KEYS.has(key.trim().toLowerCase()));
  return Object.fromEntries([
    ...(campaign === undefined ? [] : [['campaign', { ...campaign }] as const]),
    ...kept,
  ]);
}

function refused(detail: string): PresetBody {
  return { ok: false, detail };
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
