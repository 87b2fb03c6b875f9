import { codeOf, connect, event, ULID } from './testing/access.js';
import { json, OK } from './testing/scripted-vendor.js';

const POST = 'POST track.customer.io/api/v1/customers/jane%40example.com/events';

describe('An event', () => {
  it('carries name, ULID, whole seconds and data', async () => {
    const { http, access, provider } = connect([{ request: POST, answer: OK }]);
    const outcome = await provider.trackEvent(
      access,
      event({ name: ' commission_earned ', data: { amount: 8400, nested: { a: [1] } } }),
    );
    expect(outcome).toEqual({ kind: 'accepted' });
    expect(http.bodies).toEqual([
      {
        name: 'commission_earned',
        id: ULID,
        timestamp: 1712345545,
        data: { amount: 8400, nested: { a: [1] } },
      },
    ]);
  });

  it('without data carries an empty object', async () => {
    const { http, access, provider } = connect([{ request: POST, answer: OK }]);
    await provider.trackEvent(access, event());
    expect(http.bodies).toMatchObject([{ data: {} }]);
  });

  it('never carries keys that would redirect the message it triggers', async () => {
    const { http, access, provider } = connect([{ request: POST, answer: OK }]);
    const data = { recipient: 'a', from_address: 'b', Reply_To: 'c', amount: 1, deep: { recipient: 'kept' } };
    const outcome = await provider.trackEvent(access, event({ data }));
    expect(http.bodies).toMatchObject([{ data: { amount: 1, deep: { recipient: 'kept' } } }]);
    expect(Object.keys((http.bodies[0] as { data: object }).data)).toEqual(['amount', 'deep']);
    expect(outcome.warnings?.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'event_key_dropped recipient',
      'event_key_dropped from_address',
      'event_key_dropped Reply_To',
    ]);
  });

  it('survives data that JSON cannot hold', async () => {
    const { http, access, provider } = connect([{ request: POST, answer: OK }]);
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    const shared = { a: 1 };
    const data = {
      big: 2n ** 70n,
      nan: NaN,
      endless: Infinity,
      none: undefined,
      call: () => 1,
      when: new Date('2024-01-01T00:00:00Z'),
      never: new Date(NaN),
      list: [undefined, 1, NaN],
      circle,
      one: shared,
      two: shared,
      nothing: null,
      toJSON: () => 'hijacked',
    };
    await provider.trackEvent(access, event({ data }));
    expect((http.bodies[0] as { data: unknown }).data).toEqual({
      big: '1180591620717411303424',
      when: '2024-01-01T00:00:00.000Z',
      list: [null, 1, null],
      circle: { name: 'circle' },
      one: { a: 1 },
      two: { a: 1 },
      nothing: null,
    });
  });

  it.each([
    ['name', { name: ' ' }, 'refused event_name_invalid'],
    ['name', { name: 'é'.repeat(51) }, 'refused event_name_invalid'],
    ['name', { name: 'User Deleted' }, 'refused event_name_invalid'],
    ['name', { name: 'delete person' }, 'refused event_name_invalid'],
    ['timestamp', { occurredAt: 'never' }, 'refused event_time_invalid'],
    ['timestamp', { occurredAt: '2001-09-09T01:46:39Z' }, 'refused event_time_invalid'],
    ['data', { data: { text: 'x'.repeat(100_000) } }, 'refused event_too_large'],
  ])('with an impossible %s is refused before anything is sent', async (field, more, expected) => {
    const { access, provider } = connect([]);
    const outcome = await provider.trackEvent(access, event(more));
    expect(codeOf(outcome)).toBe(expected);
    expect(outcome).toMatchObject({ field });
  });

  it.each([
    [100, { name: 'e'.repeat(100) }],
    [100_000, { data: { text: 'x'.repeat(100_000 - '{"text":""}'.length) } }],
    [1_000_000_000, { occurredAt: '2001-09-09T01:46:40Z' }],
  ])('at the limit of %s is sent', async (_, more) => {
    const { access, provider } = connect([{ request: POST, answer: OK }]);
    expect((await provider.trackEvent(access, event(more))).kind).toBe('accepted');
  });

  it.each([
    ['event name cannot be longer than 100 bytes', 'refused event_name_invalid'],
    ['timestamp must be an integer', 'refused event_time_invalid'],
    ['data is too large', 'refused event_too_large'],
    ['identifier is invalid', 'refused email_invalid'],
    ['whatever', 'refused event_refused'],
  ])('refused with "%s" is %s', async (message, expected) => {
    const { access, provider } = connect([
      { request: POST, answer: json(400, { meta: { errors: [message] } }) },
    ]);
    expect(codeOf(await provider.trackEvent(access, event()))).toBe(expected);
  });

  it('for an address like a vendor id has the smaller limit of the other call', async () => {
    const { access, provider } = connect([]);
    const large = event({ email: 'cio_team@example.com', data: { text: 'x'.repeat(40_000) } });
    expect(codeOf(await provider.trackEvent(access, large))).toBe('refused event_too_large');
  });
});
