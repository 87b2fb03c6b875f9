import { change, codeOf, connect, event, NOW } from './testing/access.js';
import { json, OK, page, REFUSED, text, TIMED_OUT, UNAUTHORISED } from './testing/scripted-vendor.js';
import { errorsIn } from './customer-io.answers.js';
import type { VendorAnswer } from '@rekomi/provider-contract';

const PUT = 'PUT track.customer.io/api/v1/customers/jane%40example.com';
const POST = 'POST track.customer.io/api/v1/customers/jane%40example.com/events';

const TABLE: readonly (readonly [what: string, answer: VendorAnswer, expected: string])[] = [
  ['200 {}', OK, 'accepted'],
  ['201 {}', json(201, {}), 'accepted'],
  ['200 with a page', page(200), 'unavailable vendor_unreadable'],
  ['200 without a body', text(200, ''), 'unavailable vendor_unreadable'],
  ['200 with a list', json(200, []), 'unavailable vendor_unreadable'],
  ['401', UNAUTHORISED, 'unauthorised credentials_rejected'],
  ['401 without a body', text(401, ''), 'unauthorised credentials_rejected'],
  ['401 of a proxy', page(401), 'unavailable vendor_unreadable'],
  ['403', json(403, {}), 'unauthorised credentials_rejected'],
  ['404', json(404, {}), 'unavailable answer_unknown'],
  ['408', text(408, 'Request Timeout'), 'unavailable vendor_timeout'],
  ['418', json(418, {}), 'unavailable answer_unknown'],
  ['429', json(429, {}), 'throttled vendor_throttled'],
  ['429 with a page', page(429), 'throttled vendor_throttled'],
  ['500', json(500, {}), 'unavailable vendor_error'],
  ['502 with a page', page(502), 'unavailable vendor_unreadable'],
  ['503 with a word', text(503, 'upstream'), 'unavailable vendor_error'],
  ['524', text(524, ''), 'unavailable vendor_error'],
  ['no connection', REFUSED, 'unavailable vendor_unreachable'],
  ['no answer', TIMED_OUT, 'ambiguous vendor_timeout'],
  ['cut', { kind: 'no_answer', maybeSent: true, reason: 'reset', detail: 'reset' }, 'ambiguous vendor_cut'],
  [
    'our pace',
    { kind: 'withheld', reason: 'paced', until: new Date(NOW), detail: '' },
    'throttled vendor_throttled',
  ],
  ['our end', { kind: 'withheld', reason: 'aborted', detail: 'shutting down' }, 'unavailable send_withheld'],
];

describe('An answer to a write', () => {
  it.each(TABLE)('%s', async (_, answer, expected) => {
    const { access, provider } = connect([
      { request: PUT, answer },
      { request: POST, answer },
    ]);
    expect(codeOf(await provider.upsertContact(access, change()))).toBe(expected);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe(expected);
  });

  it.each([
    ['30', NOW + 30_000],
    ['Thu, 03 Sep 2026 10:01:00 GMT', NOW + 60_000],
  ])('429 with Retry-After %s tells until when', async (value, until) => {
    const { access, provider } = connect([{ request: PUT, answer: json(429, {}, { 'retry-after': value }) }]);
    expect(await provider.upsertContact(access, change())).toMatchObject({
      until: new Date(until),
      family: 'track',
    });
  });

  it('401 names the credential and keeps the vendor’s words', async () => {
    const { access, provider } = connect([{ request: PUT, answer: UNAUTHORISED }]);
    expect(await provider.upsertContact(access, change())).toEqual({
      kind: 'unauthorised',
      code: 'credentials_rejected',
      credential: 'trackApiKey',
      status: 401,
      vendorMessage: 'Unauthorized request',
    });
  });
});

describe('The vendor’s envelopes', () => {
  it.each([
    [{ meta: { error: 'one' } }, [{ message: 'one' }]],
    [
      { meta: { errors: ['one', "value for attribute 'a' is bad"] } },
      [{ message: 'one' }, { message: "value for attribute 'a' is bad", field: 'a' }],
    ],
    [
      { errors: [{ batch_index: 1, reason: 'invalid', field: 'attributes.plan', message: 'too long' }] },
      [{ message: 'too long', index: 1, field: 'plan' }],
    ],
    [{ errors: [{ reason: 'required' }] }, [{ message: 'required' }]],
    [{ errors: [{ detail: 'not found', status: '404' }] }, [{ message: 'not found' }]],
    [{ errors: [{ odd: 1 }] }, [{ message: '{"odd":1}' }]],
    [{ errors: [] }, []],
    [{ errors: null, meta: null }, []],
    [{}, []],
    [undefined, []],
    ['text', []],
  ])('%j', (body, expected) => {
    expect(errorsIn(body)).toEqual(expected);
  });
});
