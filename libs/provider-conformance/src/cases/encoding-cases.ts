import { isSuccess } from '@rekomi/provider-contract';
import { Findings, must, shown } from '../checks.js';
import type { ConformanceCase } from '../conformance-case.js';
import { holds, missing, missingEvent, told, warned } from '../landing.js';
import { happening, wish } from '../people.js';

const AT = '@partners.example.net';

/** These are everyday addresses; no vendor may fail on one. */
const EVERYDAY = [
  `zoe+river${AT}`,
  `o'brien${AT}`,
  `first.last${AT}`,
  `under_score${AT}`,
  `dash-dash${AT}`,
  `UPPER.Case${AT}`,
  `0123456789${AT}`,
  `a+b+c.d-e_f${AT}`,
];

/** Allowed by the standards and seldom seen: the vendor may refuse one, nobody may damage one. */
const STRANGE = [
  `slash/inside${AT}`,
  `percent%inside${AT}`,
  `percent%2Bplus${AT}`,
  `amp&and=equals${AT}`,
  `hash#tag${AT}`,
  `question?mark${AT}`,
  `bang!dollar$${AT}`,
  `star*hat^${AT}`,
  `brace{pipe|}${AT}`,
  `tilde~back\`tick${AT}`,
  `jörg${AT}`,
  `田中${AT}`,
  `zoë@exämple.example`,
  `cio_12345${AT}`,
  `..${AT}`,
  `null${AT}`,
  `${'l'.repeat(64)}${AT}`,
  `long@${`${'d'.repeat(60)}.`.repeat(3)}example`,
  `${'m'.repeat(64)}@${`${'d'.repeat(60)}.`.repeat(2)}${'e'.repeat(59)}.example`,
];

const NAMES = [
  'Zoë',
  "O'Neil",
  'Anne-Marie',
  'van der Meer',
  'Łukasz',
  'Đặng Thị',
  'Ærøskøbing',
  'José María',
  'Zoe\u0308',
  '田中太郎',
  '김민준',
  'Мария',
  'Ελένη',
  'محمد',
  'אברהם',
  'नेहा',
  'ธนพล',
  '👩‍👩‍👧 Smith',
  'D"Quote',
  'Back\\slash',
  'A & B',
  '<Bold>',
  '50% off',
  'semi;colon',
  'null',
  'undefined',
  '0',
  'true',
  '=SUM(A1)',
  "Robert'); DROP TABLE Students;--",
  '{{customer.email}}',
  '%2B%00',
  'N',
  'Wolfeschlegelsteinhausenbergerdorff'.repeat(2),
];

const addresses: ConformanceCase = {
  id: 'hostile-addresses',
  title: 'Difficult addresses arrive exactly, by every call, or are refused; none becomes another person',
  rule: 'encoding',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    for (const email of [...EVERYDAY, ...STRANGE]) {
      const people = here.count();
      const change = wish(here, { email });
      const outcome = await here.connect().upsert(change);
      const words = `${shown(email)} came to ${told(outcome)}`;
      const seen = here.look(email);
      if (!isSuccess(outcome)) {
        findings.unless(!EVERYDAY.includes(email), words);
        const refused = outcome.kind === 'refused' || outcome.kind === 'ignored';
        findings.unless(refused, `${words}, which is no refusal of the address`);
        findings.unless(
          seen === undefined && here.count() === people,
          `${words}, and somebody came into being`,
        );
        continue;
      }
      findings.unless(
        here.count() === people + 1,
        `${words}, and ${here.count() - people} contacts came into being`,
      );
      findings.unless(
        seen?.email.toLowerCase() === email.toLowerCase(),
        `${words}, and the vendor has ${shown(seen?.email)}`,
      );
      for (const gap of missing(here, change, outcome)) findings.add(`missing: ${gap}`);
      if (manifest.capabilities.events !== 'none') {
        const event = happening(here, email);
        const recorded = await here.connect().track(event);
        findings.unless(isSuccess(recorded), `an event of ${shown(email)} came to ${told(recorded)}`);
        if (isSuccess(recorded)) for (const gap of missingEvent(here, event)) findings.add(`missing: ${gap}`);
      }
      if (manifest.capabilities.readBack) {
        const look = await here.connect().read(email);
        const same = look.kind === 'found' && look.snapshot.email.toLowerCase() === email.toLowerCase();
        findings.unless(same, `a look at ${shown(email)} came to ${told(look)}`);
      }
      findings.unless(
        here.count() === people + 1,
        `an event or a look at ${shown(email)} made another contact`,
      );
    }
    findings.settle();
  },
};

const names: ConformanceCase = {
  id: 'hostile-names',
  title: 'Difficult names arrive letter for letter, or a warning says why not',
  rule: 'encoding',
  appliesTo: (manifest) =>
    manifest.writes.some(({ from }) => /\bname\b/i.test(from)) ? true : 'No names are written.',
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    for (const name of NAMES) {
      const full = `${name} Proof`;
      const change = wish(here, { firstName: name, lastName: 'Proof', fullName: full });
      const outcome = await here.connect().upsert(change);
      findings.unless(isSuccess(outcome), `${shown(name)} came to ${told(outcome)}`);
      if (!isSuccess(outcome)) continue;
      const fields = here.look(change.desired.email)?.fields;
      const exact = holds(fields, name) || holds(fields, full);
      const excused = warned(outcome, 'field_rejected', 'field_missing', 'field_shortened');
      findings.unless(exact || excused, `${shown(name)} is at the vendor as ${shown(fields)}`);
    }
    findings.settle();
  },
};

const trimmed: ConformanceCase = {
  id: 'letter-case-is-one-person',
  title: 'The same address in other letter case is the same person, or two where the vendor tells them apart',
  rule: 'encoding',
  run: async ({ stage }) => {
    const here = await stage();
    const email = here.address();
    const first = wish(here, { email });
    must(isSuccess(await here.connect().upsert(first)), 'an ordinary address was not taken');
    const people = here.count();
    const other = wish(here, { email: email.toUpperCase() });
    const outcome = await here.connect().upsert(other);
    must(isSuccess(outcome), `the address in capitals came to ${told(outcome)}`);
    must(here.count() - people <= 1, 'more than one contact came into being');
    const gaps = missing(here, other, outcome);
    must(gaps.length === 0, `missing: ${gaps.join(', ')}`);
  },
};

export const ENCODING_CASES = [addresses, names, trimmed];
