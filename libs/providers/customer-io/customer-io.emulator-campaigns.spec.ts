import type { OutgoingRequest, OutgoingResult } from '@rekomi/provider-contract';

import { EmulatorDriver } from './testing/emulator-driver.js';

const DAY = 86_400_000;
const JANE = 'jane@example.com';

/** Mail, wait for a click, wait for two conversions, branch: what an onboarding looks like. */
const ONBOARDING = {
  workspace: 'Acme',
  name: 'Onboarding',
  trigger: { event: 'affiliate_approved' },
  steps: [
    { mail: 'Welcome' },
    { waitFor: 'first_click', atMost: { days: 14 }, otherwise: [{ mail: 'How to share your link' }] },
    { waitFor: 'conversion', times: 2, atMost: { days: 7 } },
    {
      branch: { event: 'conversion', atLeast: 2, withinDays: 7 },
      then: [{ mail: 'You are a star' }],
      otherwise: [{ mail: 'Need a hand?' }],
    },
    { mail: 'Goodbye' },
  ],
};

function vendorWith(campaign: object): EmulatorDriver {
  const vendor = EmulatorDriver.immediate();
  expect(vendor.post('campaigns', campaign)).toMatchObject({ id: 1 });
  return vendor;
}

function mails(vendor: EmulatorDriver, email = JANE): readonly string[] {
  const { mails: sent } = vendor.read('mails', { email }) as { mails: { name: string }[] };
  return sent.map(({ name }) => name);
}

function happened(vendor: EmulatorDriver, ...names: readonly string[]): void {
  for (const name of names) vendor.event(JANE, { name });
}

function outgoing(vendor: EmulatorDriver): readonly OutgoingRequest[] {
  return vendor.emulator.outbox?.take() ?? [];
}

function settle(vendor: EmulatorDriver, id: string, result: OutgoingResult): void {
  vendor.emulator.outbox?.settle(id, result);
}

describe('a campaign that an event starts', () => {
  it('goes on as the events come, and takes the branch of two conversions within a week', () => {
    const vendor = vendorWith(ONBOARDING);
    happened(vendor, 'affiliate_approved');
    expect(mails(vendor)).toEqual(['Welcome']);
    happened(vendor, 'first_click', 'conversion');
    expect(mails(vendor)).toEqual(['Welcome']);
    happened(vendor, 'conversion');
    expect(mails(vendor)).toEqual(['Welcome', 'You are a star', 'Goodbye']);
    expect(vendor.read('journeys', { email: JANE })).toMatchObject({ journeys: [{ state: 'finished' }] });
  });

  it('takes the other branch when the week is over with one', () => {
    const vendor = vendorWith(ONBOARDING);
    happened(vendor, 'affiliate_approved', 'first_click', 'conversion');
    vendor.clock += 7 * DAY - 1;
    expect(mails(vendor)).toEqual(['Welcome']);
    vendor.clock += 1;
    expect(mails(vendor)).toEqual(['Welcome', 'Need a hand?', 'Goodbye']);
  });

  it('ends with other steps when nothing is clicked in time', () => {
    const vendor = vendorWith(ONBOARDING);
    happened(vendor, 'affiliate_approved');
    vendor.clock += 14 * DAY;
    expect(mails(vendor)).toEqual(['Welcome', 'How to share your link']);
    happened(vendor, 'first_click', 'conversion', 'conversion');
    expect(mails(vendor)).toEqual(['Welcome', 'How to share your link']);
  });

  it('waits for what comes after its start, not for what was before', () => {
    const vendor = vendorWith(ONBOARDING);
    happened(vendor, 'first_click', 'affiliate_approved');
    expect(vendor.read('journeys')).toMatchObject({
      journeys: [{ state: 'waiting', path: ['mail Welcome'] }],
    });
  });

  it('is not started by an event of more than three days ago, nor by a repeat', () => {
    const vendor = vendorWith({ ...ONBOARDING, steps: [{ mail: 'Welcome' }] });
    const seconds = vendor.clock / 1000;
    vendor.event(JANE, { name: 'affiliate_approved', timestamp: seconds - 72 * 3600 - 1 });
    expect(mails(vendor)).toEqual([]);
    const id = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
    for (let times = 0; times < 2; times += 1) vendor.event(JANE, { name: 'affiliate_approved', id });
    expect(mails(vendor)).toEqual(['Welcome']);
  });

  it('lets time be moved on from outside', () => {
    const vendor = vendorWith(ONBOARDING);
    happened(vendor, 'affiliate_approved');
    expect(vendor.post('clock', { advanceMs: 14 * DAY })).toMatchObject({ aheadMs: 14 * DAY });
    expect(mails(vendor)).toEqual(['Welcome', 'How to share your link']);
  });

  it('ends for whoever is deleted on the way', () => {
    const vendor = vendorWith(ONBOARDING);
    happened(vendor, 'affiliate_approved');
    vendor.send('DELETE', 'track.customer.io/api/v1/customers/jane%40example.com');
    vendor.clock += 14 * DAY;
    expect(vendor.read('journeys')).toMatchObject({ journeys: [{ state: 'left', email: null }] });
  });
});

describe('a campaign that a segment starts', () => {
  const pastThreshold = { kind: 'at_least', attribute: 'api_calls', value: 1_000 };

  function powerUsers(more: object = {}): EmulatorDriver {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('early@example.com', { api_calls: 5_000 });
    vendor.post('segments', { workspace: 'Acme', name: 'Power users', rule: pastThreshold });
    const campaign = { name: 'Invite', trigger: { segment: 4 }, steps: [{ mail: 'Join us' }] };
    vendor.post('campaigns', { workspace: 'Acme', ...campaign, ...more });
    return vendor;
  }

  it('begins for whoever passes the threshold of its rule, once for each time', () => {
    const vendor = powerUsers();
    vendor.identify(JANE, { api_calls: 999 });
    expect(mails(vendor)).toEqual([]);
    vendor.identify(JANE, { api_calls: 1_000 });
    vendor.identify(JANE, { api_calls: 1_500 });
    expect(mails(vendor)).toEqual(['Join us']);
    vendor.identify(JANE, { api_calls: 10 });
    vendor.identify(JANE, { api_calls: 2_000 });
    expect(mails(vendor)).toEqual(['Join us', 'Join us']);
    expect(mails(vendor, 'early@example.com')).toEqual([]);
  });

  it('begins for who is in already where that is wanted', () => {
    expect(mails(powerUsers({ includeExisting: true }), 'early@example.com')).toEqual(['Join us']);
  });
});

describe('a webhook of a campaign', () => {
  const webhook = {
    url: 'http://127.0.0.1:1/v1/invites',
    headers: { Authorization: 'Bearer rk_test_key', 'Idempotency-Key': '{{delivery_id}}' },
    body: '{"email": {{ customer.email | json }}, "firstName": {{ customer.first_name | default: "" | json }}}',
    sending: 'automatically',
    save: { invite_url: 'invite_url' },
  };

  function calling(more: object = {}): EmulatorDriver {
    return vendorWith({
      ...{ workspace: 'Acme', name: 'Invite', trigger: { event: 'qualified' } },
      steps: [{ webhook: { ...webhook, ...more } }, { mail: 'Your invitation' }],
    });
  }

  it('is sent once per person with the headers of the step and two of the vendor’s own', () => {
    const vendor = calling();
    happened(vendor, 'qualified');
    const [request, another] = outgoing(vendor);
    expect(another).toBeUndefined();
    expect(request).toEqual({
      id: expect.any(String) as string,
      method: 'POST',
      url: webhook.url,
      headers: {
        'Content-Type': 'application/json',
        Authorization: 'Bearer rk_test_key',
        'Idempotency-Key': request?.id,
        'X-Cio-Delivery-Id': request?.id,
        'X-Cio-Idempotency-Key': expect.any(String) as string,
      },
      body: '{"email": "jane@example.com", "firstName": ""}',
      timeoutMs: 4_000,
    });
    expect(outgoing(vendor)).toEqual([]);
    expect(mails(vendor)).toEqual([]);
  });

  it('keeps what was answered on the person, and goes on', () => {
    const vendor = calling();
    happened(vendor, 'qualified');
    const body = JSON.stringify({ invite_url: 'https://partners.example/invites/abc' });
    settle(vendor, outgoing(vendor)[0]!.id, { kind: 'answered', status: 201, body });
    expect(vendor.person(JANE)?.attributes['invite_url']).toBe('https://partners.example/invites/abc');
    expect(mails(vendor)).toEqual(['Your invitation']);
    expect(vendor.read('webhooks')).toMatchObject({
      webhooks: [{ state: 'sent', attempts: 1, status: 201 }],
    });
  });

  it.each<[string, OutgoingResult]>([
    ['no answer', { kind: 'unanswered', reason: 'connection refused' }],
    ['429', { kind: 'answered', status: 429, body: '' }],
    ['503', { kind: 'answered', status: 503, body: '' }],
  ])('is repeated after %s as the same delivery, ever more slowly', (_, result) => {
    const vendor = calling();
    happened(vendor, 'qualified');
    const first = outgoing(vendor)[0]!;
    settle(vendor, first.id, result);
    expect(outgoing(vendor)).toEqual([]);
    vendor.clock += 60_000;
    expect(outgoing(vendor)).toEqual([first]);
    settle(vendor, first.id, result);
    vendor.clock += 60_000;
    expect(outgoing(vendor)).toEqual([]);
    vendor.clock += 60_000;
    settle(vendor, outgoing(vendor)[0]!.id, { kind: 'answered', status: 200, body: '{}' });
    expect(vendor.read('webhooks')).toMatchObject({ webhooks: [{ state: 'sent', attempts: 3 }] });
  });

  it('fails for good after an answer that says no', () => {
    const vendor = calling();
    happened(vendor, 'qualified');
    settle(vendor, outgoing(vendor)[0]!.id, { kind: 'answered', status: 401, body: '' });
    expect(vendor.read('webhooks')).toMatchObject({ webhooks: [{ state: 'failed', status: 401 }] });
    vendor.clock += DAY;
    expect(outgoing(vendor)).toEqual([]);
  });

  it('stays a draft unless it is switched on, and cannot be sent with Liquid that nobody understands', () => {
    for (const [more, state] of [
      [{ sending: undefined }, 'drafted'],
      [{ body: '{{ customer.email | upcase }}' }, 'undeliverable'],
    ] as const) {
      const vendor = calling(more);
      happened(vendor, 'qualified');
      expect(outgoing(vendor)).toEqual([]);
      expect(vendor.read('webhooks')).toMatchObject({ webhooks: [{ state }] });
      expect(mails(vendor)).toEqual(['Your invitation']);
    }
  });

  it('never shows the headers, which hold the merchant’s key', () => {
    const vendor = calling();
    happened(vendor, 'qualified');
    expect(JSON.stringify(vendor.read('webhooks'))).not.toContain('rk_test_key');
  });
});

describe('what is wrong with a campaign', () => {
  it.each([
    [{ trigger: {} }, 'trigger must be {event: name} or {segment: id}'],
    [{ trigger: { segment: 99 } }, 'no such segment'],
    [{ steps: [{}] }, 'steps[0] must have one of mail, waitFor, branch, webhook'],
    [{ steps: [{ waitFor: 'click' }] }, 'steps[0].atMost must be {days: …}, or hours, minutes, seconds'],
    [
      { steps: [{ branch: { event: 'x' }, then: [] }] },
      'steps[0].branch must be {event, atLeast, withinDays}',
    ],
  ])('is said: %j', (wrong, error) => {
    const vendor = EmulatorDriver.immediate();
    expect(vendor.post('campaigns', { ...ONBOARDING, ...wrong })).toEqual({ error });
  });
});

describe('journeys', () => {
  /** Somebody waits for a click, somebody for an answer; one attempt failed. */
  function underWay(): EmulatorDriver {
    const vendor = vendorWith(ONBOARDING);
    vendor.post('campaigns', {
      ...{ workspace: 'Acme', name: 'Call', trigger: { event: 'qualified' } },
      steps: [{ webhook: { url: 'http://127.0.0.1:1/', sending: 'automatically' } }, { mail: 'Called' }],
    });
    happened(vendor, 'affiliate_approved', 'qualified');
    settle(vendor, outgoing(vendor)[0]!.id, { kind: 'unanswered', reason: 'no answer' });
    vendor.post('clock', { advanceMs: DAY });
    outgoing(vendor);
    return vendor;
  }

  it.each(['the journal', 'a snapshot'])('come back from %s and go on', (from) => {
    const before = underWay();
    const { entries } = before.read('snapshot') as { entries: Iterable<unknown> };
    const after = new EmulatorDriver(from === 'a snapshot' ? [...entries] : before.entries);
    after.clock = before.clock;
    expect(after.read('journeys')).toEqual(before.read('journeys'));
    // Handed out without a result: nobody knows whether it arrived, so it is sent again.
    const [again] = outgoing(after);
    settle(after, again!.id, { kind: 'answered', status: 200, body: '{}' });
    after.clock += 13 * DAY;
    expect(mails(after)).toEqual(['Welcome', 'Called', 'How to share your link']);
  });
});
