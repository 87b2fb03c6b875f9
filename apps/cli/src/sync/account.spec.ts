import { account, type Counted } from './account.js';

const delivered = { email: 'ada@example.com', state: 'delivered' };
const wrongAddress = { code: 'email_invalid', title: 'Bad address', cause: 'c', fix: 'f' };
const refused = { email: 'bob@example.com', state: 'refused', reason: wrongAddress };
const badRow = { line: 7, value: 'x', code: 'email_without_at', reason: 'There is no @ in the address.' };

/** 6 rows: 4 people, 1 repeat, 1 refused row; everybody delivered. */
const good: Counted = {
  rows: 6,
  people: 4,
  duplicates: 1,
  refused: [badRow],
  leftRejected: 0,
  contacts: [delivered, delivered, delivered, delivered],
  events: [delivered, delivered, delivered, delivered],
  landed: { profiles: 4, events: 4, repeatedEvents: 0, missing: [] },
};

describe('the account of a run', () => {
  it('adds up when every row, person, profile and event is found where it should be', () => {
    expect(account(good)).toMatchObject({ addsUp: true, mismatches: [], delivered: 4, eventsDelivered: 4 });
  });

  it('adds up too when people were refused, as long as none of them is counted as landed', () => {
    const counted = {
      ...good,
      contacts: [delivered, delivered, delivered, refused],
      events: [delivered, delivered, delivered, { email: 'bob@example.com', state: 'held' }],
      landed: { profiles: 3, events: 3, repeatedEvents: 0, missing: [] },
    };
    const accounted = account(counted);
    expect(accounted.addsUp).toBe(true);
    expect(accounted.contactGroups).toEqual([
      { state: 'delivered', count: 3, people: [delivered.email, delivered.email, delivered.email] },
      { state: 'refused', count: 1, reason: wrongAddress, people: ['bob@example.com'] },
    ]);
  });

  it('adds up without a look at the vendor where the vendor cannot be asked', () => {
    expect(account({ ...good, landed: undefined }).addsUp).toBe(true);
  });

  it('counts people that somebody rejected as neither approved nor lost', () => {
    const three = [delivered, delivered, delivered];
    const landed = { profiles: 3, events: 3, repeatedEvents: 0, missing: [] };
    expect(account({ ...good, leftRejected: 1, contacts: three, events: three, landed }).addsUp).toBe(true);
    expect(account({ ...good, contacts: three, events: three, landed }).mismatches).toEqual([
      '4 people were taken in, but 3 approved + 0 rejected make 3.',
    ]);
  });

  it.each([
    ['a row got lost', { rows: 7 }, /7 rows were read, but 4 people \+ 1 repeats \+ 1 refused rows make 6/],
    [
      'a profile is not there',
      { landed: { profiles: 3, events: 4, repeatedEvents: 0, missing: ['a@example.com'] } },
      /4 people were delivered, but 3 profiles.*\n.*Not found in the sandbox: a@example.com/,
    ],
    [
      'there is a profile too many',
      { landed: { profiles: 5, events: 4, repeatedEvents: 0, missing: [] } },
      /but 5 profiles/,
    ],
    [
      'an event is not there',
      { landed: { profiles: 4, events: 3, repeatedEvents: 0, missing: [] } },
      /told for 4 people, but 3 have the event/,
    ],
    [
      'an event is there twice',
      { landed: { profiles: 4, events: 4, repeatedEvents: 1, missing: [] } },
      /1 events are in the sandbox twice/,
    ],
    [
      'somebody has no delivery',
      { contacts: [delivered, delivered, delivered, { email: 'x', state: 'unknown' }], landed: undefined },
      /For 1 approved people there is no delivery/,
    ],
    [
      'something is still on its way',
      { events: [delivered, delivered, delivered, { email: 'x', state: 'retrying' }], landed: undefined },
      /1 deliveries are still on their way/,
    ],
  ])('does not add up when %s', (_what, change, message) => {
    const accounted = account({ ...good, ...change });
    expect(accounted.addsUp).toBe(false);
    expect(accounted.mismatches.join('\n')).toMatch(message);
  });
});
