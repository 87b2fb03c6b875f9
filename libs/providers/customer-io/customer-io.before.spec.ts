import { applyWritten, type Outcome, type SettingValue } from '@rekomi/provider-contract';
import {
  answeredJson,
  change,
  inProcessAccess,
  inProcessVendor,
  JANE,
} from '@rekomi/vendor-emulation/testing';
import { customerIoEmulator } from './customer-io.emulator.js';
import { customerIoManifest } from './customer-io.manifest.js';
import { CustomerIoProvider } from './customer-io.provider.js';

const provider = new CustomerIoProvider();

function connect(settings: Readonly<Record<string, SettingValue>> = {}, appKey = true) {
  const vendor = inProcessVendor(customerIoEmulator);
  const { probe } = vendor.emulator;
  const { credentials: all, region } = probe.accounts[0]!;
  const { appApiKey = '', ...others } = all;
  const credentials = appKey ? { ...others, appApiKey } : others;
  const access = inProcessAccess(customerIoManifest, vendor, credentials, settings, region);
  const segment = probe.addAudience('Affiliates');
  const looks = (): readonly string[] =>
    access.http.requests.filter(({ family }) => family === 'app').map(({ path }) => path);
  return { probe, access, segment, looks };
}

const ledger = (outcome: Outcome | undefined, email = JANE) =>
  applyWritten(undefined, outcome?.written ?? {}, email);

describe('a membership of a segment that was there before us', () => {
  it('is seen by one look before the first write, and never again', async () => {
    const { probe, access, segment, looks } = connect();
    probe.seed({ email: JANE, audiences: [segment] });
    const wish = change({ audiences: [segment] });
    const first = await provider.upsertContact(access, wish);
    expect(first.written).toMatchObject({ audiencesFound: [segment] });
    expect(access.http.requests[0]?.path).toContain('/segments');
    // A look lags behind: who was found joins all the same.
    expect(access.http.requests.at(-1)?.path).toContain('add_customers');
    access.http.clear();
    const again = await provider.upsertContact(access, { ...wish, previous: ledger(first) });
    expect(again.kind).toBe('unchanged');
    expect(looks()).toEqual([]);
  });

  it('is seen in a list of the segment that is made once, where many are due', async () => {
    const { probe, access, segment, looks } = connect();
    const emails = Array.from({ length: 12 }, (_, index) => `p${index}@example.com`);
    probe.seed({ email: 'P3@example.com', audiences: [segment] });
    const wishes = emails.map((email) => change({ email, audiences: [segment] }));
    const outcomes = await provider.upsertContacts(access, wishes);
    expect(outcomes.map(({ kind }) => kind)).toEqual(emails.map(() => 'accepted'));
    for (const [index, outcome] of outcomes.entries())
      expect(ledger(outcome, emails[index])).toMatchObject(
        index === 3 ? { audiences: [], audiencesFound: [segment] } : { audiences: [segment] },
      );
    const more = emails.map((email) => change({ email: `more-${email}`, audiences: [segment] }));
    await provider.upsertContacts(access, more);
    expect(looks()).toEqual([`/v1/segments/${segment}/membership`]);
  });

  it.each([
    [{}, { audiences: ['S'] }],
    [{ unseenMemberships: 'stay' }, { audiences: [], audiencesFound: ['S'] }],
  ])(
    'that an App API key does not show any more is told as the connection says: %j',
    async (settings, held) => {
      const { access, segment } = connect(settings);
      access.http.next(answeredJson(401, { meta: { error: 'unauthorized' } }));
      const outcome = await provider.upsertContact(access, change({ audiences: [segment] }));
      expect(outcome.kind).toBe('accepted');
      const named = JSON.parse(JSON.stringify(held).replaceAll('"S"', JSON.stringify(segment))) as object;
      expect(ledger(outcome)).toMatchObject(named);
      // Whatever is told of it: in it is where the merchant wants the person.
      expect(access.http.requests.at(-1)?.path).toContain('add_customers');
    },
  );

  it('is ours again when it was just taken back and a look still shows it', async () => {
    const { access, segment, looks } = connect();
    const wish = change({ audiences: [segment] });
    const written = ledger(await provider.upsertContact(access, wish));
    expect(written?.audiences).toEqual([segment]);
    await provider.removeContact(access, { contactId: 'c1', previous: written });
    access.http.clear();
    access.http.next(answeredJson(200, { segments: [{ id: Number(segment), name: 'Affiliates' }] }));
    const again = await provider.upsertContact(access, wish);
    expect(looks()).toHaveLength(1);
    expect(access.http.requests.at(-1)?.path).toContain('add_customers');
    expect(ledger(again)).toMatchObject({ audiences: [segment] });
  });

  it('is not taken for none when the look fails', async () => {
    const { probe, access, segment } = connect();
    access.http.next(answeredJson(500, {}));
    const outcome = await provider.upsertContact(access, change({ audiences: [segment] }));
    expect(outcome.kind).toBe('unavailable');
    expect(probe.contact(JANE)).toBeUndefined();
  });
});
