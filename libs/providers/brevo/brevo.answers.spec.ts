import {
  answeredJson,
  answeredPage,
  change,
  codeOf,
  inProcessAccess,
  inProcessVendor,
  JANE,
  TIMED_OUT,
  type InProcessAccess,
} from '@rekomi/vendor-emulation/testing';
import { brevoEmulator } from './brevo.emulator.js';
import { brevoManifest } from './brevo.manifest.js';
import { BrevoProvider } from './brevo.provider.js';

const provider = new BrevoProvider();

function connect(key?: string) {
  const vendor = inProcessVendor(brevoEmulator);
  const { probe } = vendor.emulator;
  const credentials = key === undefined ? (probe.accounts[0]?.credentials ?? {}) : { apiKey: key };
  return { probe, vendor, access: inProcessAccess(brevoManifest, vendor, credentials) };
}

const paths = ({ http }: InProcessAccess): readonly string[] => http.requests.map(({ path }) => path);

describe('a key of Brevo', () => {
  it('is checked by the lists; the account’s name is asked for once and may be missing', async () => {
    const { access, probe } = connect();
    const valid = await provider.verify(access);
    expect(valid).toMatchObject({
      kind: 'valid',
      account: { name: 'Acme Mail', id: '5a0db0c0ffee' },
      region: 'all',
    });
    expect([paths(access), probe.writes()]).toEqual([['/v3/contacts/lists', '/v3/account'], 0]);
    access.http.next(answeredJson(429, {}), 1);
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid', account: {} });
  });

  it('may be good and come from an address that the account does not know', async () => {
    const { access } = connect('xkeysib-5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c5a0db0c-acme000000000002');
    expect(await provider.verify(access)).toMatchObject({
      kind: 'rejected',
      code: 'address_blocked',
      credentials: ['apiKey'],
      vendorMessage: expect.stringContaining('unrecognised IP address') as unknown,
    });
  });

  it('is rejected when Brevo does not know it, and when it was deleted', async () => {
    const { access, probe } = connect();
    probe.revoke(true);
    const rejected = { kind: 'rejected', code: 'credentials_rejected' };
    expect(await provider.verify(access)).toMatchObject(rejected);
    expect(await provider.verify(connect('nonsense').access)).toMatchObject(rejected);
  });

  it.each([
    ['times out', TIMED_OUT, 'vendor_timeout'],
    ['is a page', answeredPage(403), 'vendor_unreadable'],
  ])('is not wrong because an answer %s', async (_, answer, code) => {
    const { access } = connect();
    access.http.next(answer);
    expect(await provider.verify(access)).toMatchObject({ kind: 'unreachable', code });
  });

  it('is not good because of an empty object alone', async () => {
    const { access } = connect();
    access.http.next(answeredJson(200, {}));
    expect(await provider.verify(access)).toMatchObject({ kind: 'valid' });
    access.http.next(answeredJson(200, {}));
    access.http.next(answeredJson(200, {}), 1);
    expect(await provider.verify(access)).toMatchObject({ kind: 'unreachable', code: 'answer_unknown' });
  });
});

describe('the answers of Brevo', () => {
  it.each([
    [201, { id: 5 }, 'confirmed'],
    [201, {}, 'unavailable answer_unknown'],
    [204, {}, 'unavailable answer_unknown'],
    [400, { code: 'invalid_parameter', message: 'Invalid email address' }, 'refused email_invalid'],
    [400, { code: 'invalid_parameter', message: 'Something else' }, 'refused contact_refused'],
    [400, { message: 'No code at all' }, 'refused contact_refused'],
    [400, {}, 'unavailable answer_unknown'],
    [401, { code: 'unauthorized', message: 'Key not found' }, 'unauthorised credentials_rejected'],
    [
      401,
      { code: 'unauthorized', message: 'authentication not found in headers' },
      'unauthorised credentials_rejected',
    ],
    [
      401,
      { code: 'unauthorized', message: 'unrecognised IP address 192.0.2.1' },
      'unauthorised address_blocked',
    ],
    [402, { code: 'not_enough_credits', message: 'x' }, 'unauthorised account_inactive'],
    [403, { code: 'permission_denied', message: 'x' }, 'unauthorised right_missing'],
    [403, { code: 'account_under_validation', message: 'x' }, 'unauthorised account_inactive'],
    [406, { code: 'not_acceptable', message: 'x' }, 'unavailable answer_unknown'],
    [408, {}, 'unavailable vendor_timeout'],
    [503, {}, 'unavailable vendor_error'],
  ])('%i %j', async (status, body, code) => {
    const { access } = connect();
    access.http.next(answeredJson(status, body));
    expect(codeOf(await provider.upsertContact(access, change()))).toBe(code);
  });

  it('that ask for patience say it in seconds that are left', async () => {
    const { access, vendor } = connect();
    access.http.next(answeredJson(429, { message: 'x' }, { 'X-Sib-RateLimit-Reset': '17' }));
    expect(await provider.upsertContact(access, change())).toMatchObject({
      kind: 'throttled',
      family: 'contacts',
      until: new Date(vendor.clock.now + 17_000),
    });
  });

  it('about a double that nobody can see are tried again, not believed', async () => {
    const { access, probe } = connect();
    access.http.next(answeredJson(400, { code: 'duplicate_parameter', message: 'Contact already exist' }));
    expect(codeOf(await provider.upsertContact(access, change()))).toBe('unavailable answer_unknown');
    expect(probe.contact(JANE)).toBeUndefined();
  });
});
