import { NO_ALLOWED_HOSTS } from './allowed-hosts.js';
import { readCustomHeaders } from './custom-headers.js';
import { readEndpointUrl } from './endpoint-url.js';
import { PRESET_NAMES } from './preset.js';
import { PRESETS, presetHeaders, presetUrl } from './presets.js';
import { renderBody } from './render-body.js';
import { messageWith } from './testing/message.js';
import type { WebhookMessage } from './webhook-message.js';

const KEYS = { siteId: 'c10a5ede1200b1a5c0de', trackApiKey: '0ddba11c0ffee0ddba11' };
const render = (change: Partial<WebhookMessage> = {}) =>
  renderBody({ preset: 'customer-io-track' }, messageWith(change));
const bodyOf = (change: Partial<WebhookMessage> = {}): unknown => {
  const rendered = render(change);
  if (!rendered.ok) throw new Error(rendered.detail);
  return JSON.parse(rendered.body);
};

describe.each(PRESET_NAMES)('the preset %s', (name) => {
  it('makes addresses and headers that pass the checks of every endpoint', () => {
    for (const region of PRESETS[name].regions) {
      const url = presetUrl(name, region.name);
      expect(url.ok && readEndpointUrl(url.url, NO_ALLOWED_HOSTS)).toEqual(url);
    }
    const secrets = Object.fromEntries(PRESETS[name].secrets.map((secret) => [secret.name, 'abc123']));
    const headers = presetHeaders(name, secrets);
    expect(headers.ok && readCustomHeaders(headers.headers)).toEqual(headers);
  });

  it('says which regions there are', () => {
    expect(presetUrl(name, 'mars')).toMatchObject({ ok: false, problem: { code: 'is_in' } });
  });
});

describe('Customer.io’s Track API as an endpoint', () => {
  it('gets the event with name, id, time in Unix seconds and data', () => {
    const { data, campaign } = messageWith();
    expect(bodyOf()).toEqual({
      name: 'commission_earned',
      id: expect.stringMatching(/^01[0-9A-HJKMNP-TV-Z]{24}$/),
      timestamp: 1795425300,
      data: { ...data, campaign },
    });
  });

  it('is reached in the workspace’s region, with Basic authentication', () => {
    expect([presetUrl('customer-io-track', 'us'), presetUrl('customer-io-track', 'eu')]).toEqual([
      { ok: true, url: 'https://track.customer.io/api/v1/customers/{{affiliate.email}}/events' },
      { ok: true, url: 'https://track-eu.customer.io/api/v1/customers/{{affiliate.email}}/events' },
    ]);
    expect(presetHeaders('customer-io-track', { ...KEYS, siteId: ` ${KEYS.siteId}\n` })).toEqual({
      ok: true,
      headers: { authorization: `Basic ${btoa(`${KEYS.siteId}:${KEYS.trackApiKey}`)}` },
    });
  });

  it('never gets data that would redirect the message an event triggers', () => {
    const data = { amount: 5, recipient: 'x@example.com', ' Reply_To ': 'y', FROM_ADDRESS: 'z' };
    expect(bodyOf({ data })).toMatchObject({ data: { amount: 5, campaign: { id: 'cmp_1' } } });
    expect(JSON.stringify(bodyOf({ data }))).not.toMatch(/recipient|reply_to|from_address/i);
  });

  it('gets the campaign of the data rather than ours', () => {
    expect(bodyOf({ data: { campaign: 'Spring' } })).toMatchObject({ data: { campaign: 'Spring' } });
  });

  it.each<[string, Partial<WebhookMessage>]>([
    ['a name of more than 100 bytes', { type: 'ä'.repeat(51) }],
    ['a reserved name', { type: 'Delete Person' }],
    ['a name of blanks', { type: '  ' }],
    [
      'an address that looks like an id of the vendor',
      { affiliate: { id: 'a', email: 'CIO_7@example.com' } },
    ],
    [
      'an address of more than 150 bytes',
      { affiliate: { id: 'a', email: `${'x'.repeat(140)}@example.com` } },
    ],
    ['a time before 2001', { timestamp: '2000-01-01T00:00:00Z' }],
    ['a time that is none', { timestamp: 'soon' }],
    ['more than 100,000 bytes of data', { data: { text: 'x'.repeat(100_001) } }],
  ])('is not asked to take %s', (_, change) => {
    expect(render(change)).toEqual({ ok: false, detail: expect.stringContaining('Customer.io takes') });
  });

  it.each([
    [{ siteId: KEYS.siteId }, [['/trackApiKey', 'required']]],
    [{ ...KEYS, siteId: 'a:b' }, [['/siteId', 'secret_invalid']]],
    [{ ...KEYS, trackApiKey: 'with blank' }, [['/trackApiKey', 'secret_invalid']]],
    [{ ...KEYS, appApiKey: 'x' }, [['/appApiKey', 'unknown']]],
    [
      undefined,
      [
        ['/siteId', 'required'],
        ['/trackApiKey', 'required'],
      ],
    ],
  ])('needs both keys and nothing else, and repeats none: %j', (secrets, wanted) => {
    const headers = presetHeaders('customer-io-track', secrets);
    expect(!headers.ok && headers.problems.map(({ pointer, code }) => [pointer, code])).toEqual(wanted);
    expect(JSON.stringify(headers)).not.toMatch(/a:b|with blank|0ddba11/);
  });
});
