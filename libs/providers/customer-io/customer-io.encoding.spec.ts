import fc from 'fast-check';
import { connect, change, event, written } from './testing/access.js';
import { OK } from './testing/scripted-vendor.js';

const TABLE: readonly (readonly [raw: string, segment: string])[] = [
  ['jane+tag@example.com', 'jane%2Btag%40example.com'],
  ["o'brien@example.com", "o'brien%40example.com"],
  ['a/b@example.com', 'a%2Fb%40example.com'],
  ['x%y@example.com', 'x%25y%40example.com'],
  ['user!#$&*=?^_`{|}~@example.com', 'user!%23%24%26*%3D%3F%5E_%60%7B%7C%7D~%40example.com'],
  ['josé@exämple.com', 'jos%C3%A9%40ex%C3%A4mple.com'],
  ['  jane@example.com ', 'jane%40example.com'],
  ['first.last@example.co.uk', 'first.last%40example.co.uk'],
  ['test+user@email.com', 'test%2Buser%40email.com'],
  ['user/with/slashes', 'user%2Fwith%2Fslashes'],
  ['user with spaces', 'user%20with%20spaces'],
  ['user#hash?query=value', 'user%23hash%3Fquery%3Dvalue'],
  ['5/', '5%2F'],
];

describe('The address in the path', () => {
  it.each(TABLE)('%s travels as %s', async (email, segment) => {
    const { http, access, provider } = connect([
      { request: `PUT track.customer.io/api/v1/customers/${segment}`, answer: OK },
      { request: `POST track.customer.io/api/v1/customers/${segment}/events`, answer: OK },
    ]);
    await provider.upsertContact(access, change({ email }));
    await provider.trackEvent(access, event({ email }));
    expect(http.bodies[0]).toEqual({ email: email.trim() });
  });

  it('is encoded exactly once, whatever it is', async () => {
    const local = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(local, async (name) => {
        const email = `x${name.trim()}@example.com`;
        const path = `/api/v1/customers/${encodeURIComponent(email)}`;
        fc.pre(Buffer.byteLength(email) <= 150 && !/\p{Surrogate}/u.test(email));
        const { http, access, provider } = connect([{ request: `PUT track.customer.io${path}`, answer: OK }]);
        await provider.upsertContact(access, change({ email }));
        const sent = new URL(`https://track.customer.io${http.requests[0]!.path}`).pathname;
        expect(decodeURIComponent(sent.split('/')[4]!)).toBe(email);
      }),
    );
  });

  it.each(['.', '..'])('does not vanish when it is "%s"', async (email) => {
    const segment = email.replaceAll('.', '%2E');
    const { access, provider } = connect([
      { request: `PUT track.customer.io/api/v1/customers/${segment}`, answer: OK },
    ]);
    expect((await provider.upsertContact(access, change({ email }))).kind).toBe('accepted');
  });

  it.each(['cio_team@example.com', 'CIO_team@example.com'])(
    '%s would be taken for the vendor’s own id, so it goes where the identifier is named',
    async (email) => {
      const { http, access, provider } = connect([
        { request: 'POST track.customer.io/api/v2/entity', answer: OK },
        { request: 'POST track.customer.io/api/v2/entity', answer: OK },
        { request: 'POST track.customer.io/api/v2/entity', answer: OK },
      ]);
      await provider.upsertContact(access, change({ email, firstName: 'Team' }));
      await provider.trackEvent(access, event({ email, data: { amount: 5 } }));
      await provider.removeContact(access, {
        contactId: 'c',
        previous: written({ email, fields: { rekomi_status: 'approved' } }),
      });
      expect(http.bodies).toEqual([
        { type: 'person', identifiers: { email }, action: 'identify', attributes: { first_name: 'Team' } },
        {
          type: 'person',
          identifiers: { email },
          action: 'event',
          name: 'affiliate_approved',
          id: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
          timestamp: 1712345545,
          attributes: { amount: 5 },
        },
        {
          type: 'person',
          identifiers: { email },
          action: 'identify',
          attributes: { _update: true, rekomi_status: null },
        },
      ]);
    },
  );

  it.each([
    ['longer than 150 bytes', `${'ü'.repeat(70)}@example.com`, 'refused email_too_long'],
    ['empty', '   ', 'refused email_invalid'],
    ['half a character', 'a\ud800@example.com', 'refused email_invalid'],
  ])('is refused before anything is sent when it is %s', async (_, email, expected) => {
    const { access, provider } = connect([]);
    for (const outcome of [
      await provider.upsertContact(access, change({ email })),
      await provider.trackEvent(access, event({ email })),
    ]) {
      expect('code' in outcome ? `${outcome.kind} ${outcome.code}` : outcome.kind).toBe(expected);
    }
  });
});
