import fc from 'fast-check';

import { type Applicant, reasonsAgainst } from './approval-reasons.js';
import { type ApprovalRules, completeRules } from './approval-rules.js';
import { readRules, type RulesInput } from './read-rules.js';

const ANN: Applicant = {
  status: 'applied',
  decidedByHand: false,
  email: 'ann@example.com',
  country: null,
  addressConfirmed: false,
};

function rulesOf(input: RulesInput): ApprovalRules {
  const reading = readRules(input, completeRules({}), '#');
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.value;
}

const codes = (input: RulesInput, applicant: Partial<Applicant>, archived = false): readonly string[] =>
  reasonsAgainst(rulesOf(input), { ...ANN, ...applicant }, archived).map(({ code }) => code);

const domains = (allow: readonly string[], block: readonly string[] = []): RulesInput => ({
  emailDomains: { allow, block },
});
const countries = (allow: readonly string[], block: readonly string[] = []): RulesInput => ({
  countries: { allow, block },
});

describe('rules about the domain of an address', () => {
  it.each([
    ['ann@example.com', []],
    ['ann@EXAMPLE.com', []],
    ['ann@mail.example.com', []],
    ['ann@notexample.com', ['domain_not_allowed']],
    ['ann@example.com.evil.test', ['domain_not_allowed']],
    ['"a@example.com"@evil.test', ['domain_not_allowed']],
  ])('that allow example.com, of %s say %j', (email, expected) => {
    expect(codes(domains(['example.com']), { email })).toEqual(expected);
  });

  it.each([
    ['müller.de', 'ann@xn--mller-kva.de'],
    ['xn--mller-kva.de', 'ann@MÜLLER.de'],
    ['@Müller.de', 'ann@mail.müller.de'],
    ['*.müller.de', 'ann@müller.de'],
  ])('know %s and %s as one', (entry, email) => {
    expect(codes(domains([], [entry]), { email })).toEqual(['domain_blocked']);
    expect(codes(domains([entry]), { email })).toEqual([]);
  });

  it('let a block win over an allowance, of a part or of the whole', () => {
    expect(codes(domains(['example.com'], ['bad.example.com']), { email: 'a@x.bad.example.com' })).toEqual([
      'domain_blocked',
    ]);
    expect(codes(domains(['bad.example.com'], ['example.com']), { email: 'a@bad.example.com' })).toEqual([
      'domain_blocked',
    ]);
  });
});

describe('rules about countries', () => {
  it('let people of unknown country wait as soon as there is any entry, and only then', () => {
    expect(codes({}, {})).toEqual([]);
    expect(codes(countries(['DE']), {})).toEqual(['country_unknown']);
    expect(codes(countries([], ['RU']), {})).toEqual(['country_unknown']);
  });

  it.each([
    ['DE', []],
    ['FR', ['country_not_allowed']],
    ['US', ['country_blocked']],
  ])('of %s say %j', (country, expected) => {
    expect(codes(countries(['de', 'US'], ['us']), { country })).toEqual(expected);
  });
});

describe('reasons', () => {
  it('are told all at once', () => {
    const input = { ...domains(['example.org']), ...countries(['DE']), confirmedAddress: true };
    const duplicate = { affiliateId: 'x', by: 'address' } as const;
    expect(codes(input, { duplicate }, true)).toEqual([
      'campaign_archived',
      'domain_not_allowed',
      'country_unknown',
      'duplicate',
      'address_not_confirmed',
    ]);
  });

  it.each(['invited', 'approved', 'rejected', 'archived'] as const)(
    'of somebody who is %s are none but that',
    (status) => {
      expect(codes(countries(['DE']), { status })).toEqual(['not_pending']);
    },
  );

  it('leave duplicates out of account when the rules say so', () => {
    expect(codes({ duplicates: 'ignore' }, { duplicate: { affiliateId: 'x', by: 'external_id' } })).toEqual(
      [],
    );
  });

  it('never name another person’s address', () => {
    const reasons = reasonsAgainst(
      rulesOf({}),
      { ...ANN, duplicate: { affiliateId: 'the-id', by: 'address' } },
      false,
    );
    expect(reasons[0]?.detail).toContain('the-id');
    expect(reasons[0]?.detail).not.toContain('@');
  });
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const domain = fc
  .tuple(label, fc.constantFrom('com', 'de', 'co.uk'))
  .map(([name, end]) => `${name}.${end}`)
  // What looks like punycode and is none is no domain.
  .filter((name) => !name.includes('xn--') && !/(^|\.)..--/.test(name));
const country = fc.constantFrom('DE', 'AT', 'US', 'FR', 'JP');
const lists = <T>(of: fc.Arbitrary<T>) =>
  fc.record({ allow: fc.array(of, { maxLength: 3 }), block: fc.array(of, { maxLength: 3 }) });
const anyRules: fc.Arbitrary<RulesInput> = fc.record({
  emailDomains: lists(domain),
  countries: lists(country),
  duplicates: fc.constantFrom('skip', 'ignore'),
  confirmedAddress: fc.boolean(),
});
const anyApplicant: fc.Arbitrary<Applicant> = fc.record({
  status: fc.constant('applied' as const),
  decidedByHand: fc.constant(false),
  email: domain.map((name) => `ann@${name}`),
  country: fc.option(country),
  addressConfirmed: fc.boolean(),
});

describe('rules of any kind', () => {
  it('that block more never approve somebody whom fewer blocks stopped', () => {
    fc.assert(
      fc.property(anyRules, anyApplicant, domain, country, (input, applicant, moreDomain, moreCountry) => {
        const rules = rulesOf(input);
        const stricter: ApprovalRules = {
          ...rules,
          emailDomains: { ...rules.emailDomains, block: [...rules.emailDomains.block, moreDomain] },
          countries: { ...rules.countries, block: [...rules.countries.block, moreCountry] },
        };
        const before = reasonsAgainst(rules, applicant, false).length;
        if (before > 0) expect(reasonsAgainst(stricter, applicant, false).length).toBeGreaterThan(0);
      }),
    );
  });

  it('say the same of an address in any letter case, and of any sub-domain of an allowed domain', () => {
    fc.assert(
      fc.property(anyRules, anyApplicant, (input, applicant) => {
        const rules = rulesOf(input);
        const codesFor = (email: string) =>
          reasonsAgainst(rules, { ...applicant, email }, false).map(({ code }) => code);
        const plain = codesFor(applicant.email);
        expect(codesFor(applicant.email.toUpperCase())).toEqual(plain);
        const [allowed] = rules.emailDomains.allow;
        if (allowed !== undefined) {
          expect(codesFor(`ann@mail.${allowed}`)).not.toContain('domain_not_allowed');
        }
      }),
    );
  });

  it('are the same rules when they are read once more', () => {
    fc.assert(
      fc.property(anyRules, (input) => {
        const rules = rulesOf(input);
        expect(rulesOf(rules)).toEqual(rules);
      }),
    );
  });
});

describe('reading rules', () => {
  const before = completeRules({
    emailDomains: { allow: ['example.com'], block: [] },
    confirmedAddress: true,
  });
  it('keeps what is absent, down to the single list', () => {
    expect(readRules({ emailDomains: { block: ['Bad.test'] } }, before, '#')).toEqual({
      ok: true,
      value: { ...before, emailDomains: { allow: ['example.com'], block: ['bad.test'] } },
    });
  });

  it.each(['', 'localhost', 'a b.com', 'http://x.com', '-a.com', '1.2.3.4', 'a..b', 'ann@example.com'])(
    'names %j as no domain',
    (entry) => {
      expect(readRules(domains(['fine.com', entry]), before, '#/rules')).toEqual({
        ok: false,
        errors: [
          {
            pointer: '#/rules/emailDomains/allow/1',
            code: 'invalid_domain',
            detail: expect.any(String),
          },
        ],
      });
    },
  );

  it.each(['', 'D', 'DEU', 'ZZ', 'Germany'])('names %j as no country', (entry) => {
    expect(readRules(countries([], [entry]), before, '#')).toMatchObject({
      ok: false,
      errors: [{ pointer: '#/countries/block/0', code: 'invalid_country' }],
    });
  });

  it('takes no list of more than 500 entries', () => {
    const many = Array.from({ length: 501 }, (_, index) => `d${index}.com`);
    expect(readRules(domains(many), before, '#')).toMatchObject({
      ok: false,
      errors: [{ pointer: '#/emailDomains/allow', code: 'too_many' }],
    });
  });
});
