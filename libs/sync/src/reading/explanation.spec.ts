import { explain, type PersonFacts } from './explanation.js';

const connection = { label: 'Acme CRM', state: 'verified', stateSince: '2026-11-01T10:00:00.000Z' } as const;
const approved = [{ campaign: 'Spring', status: 'approved', goesHere: true }] as const;
const lane = { inHand: false, attempts: 0, waitingContacts: 1, waitingEvents: 0 };
const there = { present: true, state: 'delivered', since: '2026-11-02T08:30:00.000Z', confirmed: true };
const told = (facts: Partial<PersonFacts>) => explain({ connection, enrolments: approved, ...facts });

describe('why a person is or is not in a tool', () => {
  it('says since when someone is there', () => {
    expect(told({ ledger: there })).toEqual({
      standing: 'present',
      text: 'In Acme CRM since 2026-11-02 08:30:00 UTC.',
    });
    expect(told({ ledger: { ...there, confirmed: false } }).text).toContain('was not read back');
  });

  it('says what a held contact waits for, and how many events wait behind it', () => {
    const held = told({ lane: { ...lane, heldCode: 'email_invalid', waitingEvents: 3 } });
    expect(held.standing).toBe('held');
    expect(held.text).toContain('does not accept this e-mail address');
    expect(held.text).toContain('3 events wait behind this failure.');
  });

  it('says that the first sync leaves somebody out, and what to do about it', () => {
    const out = told({ leftOut: true });
    expect(out.standing).toBe('left_out');
    expect(out.text).toContain('Continue the first sync');
    expect(told({ leftOut: true, lane }).standing).toBe('queued');
    expect(told({ leftOut: true, ledger: there }).standing).toBe('present');
  });

  it('tells queued, sending and retrying apart', () => {
    expect(told({ lane })).toEqual({
      standing: 'queued',
      text: 'Not in Acme CRM yet: the contact is queued.',
    });
    expect(told({ lane: { ...lane, inHand: true } }).standing).toBe('sending');
    const retrying = told({
      lane: { ...lane, attempts: 2, lastCode: 'vendor_error', nextAttemptAt: '2026-11-03T00:00:05.000Z' },
    });
    expect(retrying.standing).toBe('retrying');
    expect(retrying.text).toContain('after 2 tries that failed');
    expect(retrying.text).toContain('2026-11-03 00:00:05 UTC');
    expect(
      told({ connection: { ...connection, blockedUntil: '2026-11-03T00:00:05.000Z' }, lane }).text,
    ).toContain('the vendor asks for patience');
  });

  it('names a connection that stands still, and why', () => {
    expect(told({ connection: { ...connection, state: 'paused' }, lane }).text).toContain(
      'is paused since 2026-11-01',
    );
    const stopped = told({
      connection: { ...connection, state: 'auth_error', stateCode: 'credentials_rejected' },
      lane,
    });
    expect(stopped.standing).toBe('waiting');
    expect(stopped.text).toContain('does not accept these credentials');
  });

  it('names the missing approval or destination', () => {
    expect(told({ enrolments: [] }).text).toContain('not enrolled in any campaign');
    expect(told({ enrolments: [{ campaign: 'Spring', status: 'applied', goesHere: true }] }).text).toContain(
      '“Spring” waits for a decision',
    );
    expect(told({ enrolments: [{ campaign: 'Spring', status: 'approved', goesHere: false }] })).toEqual({
      standing: 'not_desired',
      text: 'Not in Acme CRM: “Spring” has no destination in Acme CRM.',
    });
  });

  it.each([
    ['invited', 'has invited this person, who did not accept yet'],
    ['rejected', 'was rejected'],
    ['archived', 'was archived'],
  ] as const)('says that somebody is %s', (status, words) => {
    expect(told({ enrolments: [{ campaign: 'Spring', status, goesHere: true }] }).text).toContain(
      `“Spring” ${words}`,
    );
  });

  it('says that someone no longer wanted is being taken out', () => {
    const leaving = told({
      enrolments: [{ campaign: 'Spring', status: 'rejected', goesHere: true }],
      ledger: there,
      lane,
    });
    expect(leaving.standing).toBe('removing');
    expect(leaving.text).toContain('“Spring” was rejected');
  });

  it('quotes the refusal, with the way out', () => {
    const refused = told({
      ledger: {
        present: false,
        state: 'refused',
        code: 'contact_suppressed',
        detail: 'suppressed',
        confirmed: false,
      },
    });
    expect(refused.standing).toBe('refused');
    expect(refused.text).toContain('has blocked this person');
    expect(refused.text).toContain('The vendor’s words: suppressed');
  });

  it('says that a tool was disconnected, and what stayed there', () => {
    const gone = told({ connection: { ...connection, state: 'disabled' }, ledger: there });
    expect(gone.standing).toBe('disconnected');
    expect(gone.text).toContain('What we had written before is still there.');
  });

  it('admits when nothing was ever queued', () => {
    expect(told({}).text).toContain('nothing was ever queued');
  });
});
