import type {
  ContactChange,
  ContactEvent,
  CrmProvider,
  ProviderAccess,
  ProviderManifest,
} from '@rekomi/provider-contract';

import { contain } from './contained-provider.js';

const access = {} as ProviderAccess;
const change = {} as ContactChange;
const event = {} as ContactEvent;

/** Every method answers this, whatever it is. */
function answering(answer: () => unknown): CrmProvider {
  const method = async () => answer() as never;
  return {
    manifest: { slug: 'broken' } as ProviderManifest,
    ...{ verify: method, listAudiences: method, upsertContact: method, trackEvent: method },
    ...{ upsertContacts: method, trackEvents: method, readContact: method, createAudience: method },
    ...{ removeContact: method, eraseContact: method },
  };
}

/** What becomes of each call, in short, and how often it was reported. */
async function played(answer: () => unknown, limitMs = 30_000) {
  let faults = 0;
  const wall = contain(answering(answer), { report: () => (faults += 1), limitMs });
  const short = (one: object | undefined): string =>
    Object.values({ kind: '', code: '', ...one })
      .slice(0, 2)
      .join(' ');
  const single = [
    await wall.verify(access),
    await wall.listAudiences(access),
    await wall.upsertContact(access, change),
    await wall.trackEvent(access, event),
    await wall.readContact?.(access, 'a@example.com'),
    await wall.createAudience?.(access, 'A'),
    await wall.removeContact?.(access, { contactId: '1', previous: {} as never }),
    await wall.eraseContact?.(access, 'a@example.com'),
  ].map(short);
  const bulk = [
    ...((await wall.upsertContacts?.(access, [change, change])) ?? []),
    ...((await wall.trackEvents?.(access, [event, event])) ?? []),
  ].map(short);
  return { single, bulk, faults };
}

const CONTAINED = {
  single: [
    'unreachable provider_fault',
    'unavailable provider_fault',
    'unavailable provider_fault',
    'ambiguous provider_fault',
    ...Array<string>(4).fill('unavailable provider_fault'),
  ],
  bulk: [
    ...Array<string>(2).fill('unavailable provider_fault'),
    ...Array<string>(2).fill('ambiguous provider_fault'),
  ],
  faults: 10,
};

describe('a provider that breaks its contract', () => {
  it.each([
    [
      'throws',
      () => {
        throw new TypeError('undefined is not a function');
      },
    ],
    ['rejects', () => Promise.reject(new Error('late'))],
    ['answers nothing', () => undefined],
    ['answers something else', () => 'ok'],
    ['answers a kind that does not exist', () => ({ kind: 'done' })],
    ['answers a code that does not exist', () => ({ kind: 'refused', code: 'nope' })],
    ['answers a failure without a code', () => ({ kind: 'unavailable' })],
  ])('and %s is a fault of its own, in every call', async (_, answer) => {
    expect(await played(answer)).toEqual(CONTAINED);
  });

  it('and never ends is a fault once its time is over', async () => {
    expect(await played(() => new Promise(() => undefined), 5)).toEqual(CONTAINED);
  });

  it('and answers for fewer items than it was given has told nothing about any of them', async () => {
    const { bulk, faults } = await played(() => [{ kind: 'accepted' }]);
    expect(bulk).toEqual(CONTAINED.bulk);
    expect(faults).toBe(10);
  });

  it('and answers one item with nonsense is believed about the others', async () => {
    const { bulk } = await played(() => [{ kind: 'accepted' }, null]);
    expect(bulk).toEqual([
      'accepted ',
      'unavailable provider_fault',
      'accepted ',
      'ambiguous provider_fault',
    ]);
  });

  it('has the calls that it has, and no others', () => {
    const { readContact: _, upsertContacts: __, ...few } = answering(() => undefined);
    const wall = contain(few, { report: () => undefined });
    expect([wall.readContact, wall.upsertContacts, typeof wall.trackEvents]).toEqual([
      undefined,
      undefined,
      'function',
    ]);
  });
});

describe('a provider that keeps its contract', () => {
  it('is heard word for word', async () => {
    const outcome = { kind: 'refused', code: 'email_invalid', vendorMessage: 'no' } as const;
    const wall = contain(
      { ...answering(() => outcome), trackEvents: async () => [outcome, { kind: 'accepted' }] },
      { report: () => expect('a fault').toBe('none') },
    );
    expect(await wall.upsertContact(access, change)).toBe(outcome);
    expect(await wall.trackEvents?.(access, [event, event])).toEqual([outcome, { kind: 'accepted' }]);
  });
});
