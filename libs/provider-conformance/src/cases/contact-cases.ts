import { isSuccess, type ContactChange, type Outcome } from '@rekomi/provider-contract';
import { isDeepStrictEqual } from 'node:util';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { holds, missing, told, warned, writesNames } from '../landing.js';
import { bareWish, happening, ledger, next, wish } from '../people.js';
import type { Stage } from '../stage.js';

/** The outcome of a wish that has to succeed and be true. */
export async function landed(stage: Stage, change: ContactChange, what: string): Promise<Outcome> {
  const outcome = await stage.connect().upsert(change);
  must(isSuccess(outcome), `${what} came to ${told(outcome)}`);
  const gaps = missing(stage, change, outcome);
  must(gaps.length === 0, `${what} came to ${told(outcome)}, but missing: ${gaps.join(', ')}`);
  return outcome;
}

const creates: ConformanceCase = {
  id: 'contact-created',
  title: 'A new contact arrives with its name, its tags and its audience',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const people = here.count();
    const change = wish(here);
    const outcome = await landed(here, change, 'a new contact');
    must(outcome.kind !== 'unchanged', 'a new contact was told as unchanged');
    must(here.count() === people + 1, `${here.count() - people} contacts came into being`);
    must(
      outcome.written?.email === change.desired.email ||
        ledger(change, outcome).email === change.desired.email,
      '`written` names another address',
    );
    const fields = outcome.written?.fields ?? {};
    const seen = here.look(change.desired.email)?.fields ?? {};
    for (const [name, value] of Object.entries(fields)) {
      must(
        value === null || holds(seen, value),
        `\`written\` says ${name} = ${shown(value)}, and the vendor has ${shown(seen)}`,
      );
    }
  },
};

const repeats: ConformanceCase = {
  id: 'contact-repeated',
  title: 'The same wish again changes nothing at the vendor',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const change = wish(here);
    const first = await landed(here, change, 'a new contact');
    const people = here.count();
    const before = here.look(change.desired.email);
    const again = await landed(here, { ...change, previous: ledger(change, first) }, 'the same wish again');
    must(here.count() === people, 'the same wish made another contact');
    must(isDeepStrictEqual(here.look(change.desired.email), before), 'the same wish changed the contact');
    must(
      again.kind === 'unchanged' ||
        again.written !== undefined ||
        again.kind === 'accepted' ||
        again.kind === 'confirmed',
      'told nothing',
    );
    // As after a lost ledger: nothing is known of what we wrote.
    await landed(here, change, 'the same wish without a ledger');
    must(here.count() === people, 'the same wish without a ledger made another contact');
    must(
      isDeepStrictEqual(here.look(change.desired.email), before),
      'the same wish without a ledger changed the contact',
    );
  },
};

const rewrites: ConformanceCase = {
  id: 'contact-rewritten',
  title: 'A rewrite brings back everything that is wished, also where the ledger already has it',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const change = wish(here);
    const first = await landed(here, change, 'a new contact');
    // Somebody emptied the vendor's copy; the ledger does not know.
    const bare = {
      ...change,
      desired: { ...change.desired, tags: [], audiences: bareWish(here, 'x').desired.audiences },
    };
    await here.connect().upsert({ ...bare, previous: ledger(change, first) });
    const again = await landed(
      here,
      { ...change, previous: ledger(change, first), rewrite: true },
      'a rewrite',
    );
    must(again.kind !== 'unchanged', 'a rewrite was told as unchanged');
  },
};

const updates: ConformanceCase = {
  id: 'contact-updated',
  title: 'A changed name, tier and tag reach the contact that is there',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const first = wish(here);
    const before = await landed(here, first, 'a new contact');
    const people = here.count();
    const change = next(first, before, {
      firstName: 'Noor',
      fullName: 'Noor van der Meer',
      tags: ['spring', 'gold'],
      tier: 'gold',
      status: 'approved',
    });
    await landed(here, change, 'a changed contact');
    must(here.count() === people, 'the change made another contact');
    const seen = here.look(first.desired.email);
    must(!holds(seen?.fields, 'Zoë'), 'the old first name is still there');
  },
};

const otherAddress: ConformanceCase = {
  id: 'contact-changes-address',
  title:
    'After a change of address everything stands under the new one, and nothing of ours under the old one',
  rule: 'contacts',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const first = wish(here);
    const before = await landed(here, first, 'a new contact');
    const email = here.address();
    const change: ContactChange = {
      ...first,
      desired: { ...first.desired, email },
      previous: ledger(first, before),
    };
    const outcome = await landed(here, change, 'a change of address');
    must(
      ledger(change, outcome).email.toLowerCase() === email.toLowerCase(),
      '`written` does not tell the new address',
    );
    const old = here.look(first.desired.email);
    if (old === undefined || old.email.toLowerCase() === email.toLowerCase()) return;
    const warnings = (outcome.warnings ?? []).length > 0;
    if (manifest.capabilities.tags !== 'none') {
      must(
        !old.tags.includes('spring') || warnings,
        'our tag still stands under the old address, and no warning says so',
      );
    }
    must(
      !old.audiences.includes(here.audience()) || warnings,
      'the old address is still in our audience, and no warning says so',
    );
  },
};

const absent: ConformanceCase = {
  id: 'absent-not-sent',
  title:
    'What we do not know is not sent: no empty text and no null goes over the wire, and the merchant’s data stay',
  rule: 'absent-value-clear',
  run: async ({ stage }) => {
    const here = await stage();
    const change = wish(here);
    await landed(here, change, 'a contact with a name');
    const before = here.look(change.desired.email)?.fields ?? {};
    const connection = here.connect();
    const bare = bareWish(here, change.desired.email);
    const outcome = await connection.upsert(bare);
    must(isSuccess(outcome), `a contact without a name came to ${told(outcome)}`);
    const after = here.look(change.desired.email)?.fields ?? {};
    for (const [name, value] of Object.entries(before)) {
      // Tags are wished away here, also where a field holds them.
      if (holds(value, 'spring') || holds(value, change.desired.status)) continue;
      must(isDeepStrictEqual(after[name], value), `${name} was ${shown(value)} and is ${shown(after[name])}`);
    }
    for (const { request } of connection.sent) {
      const empty = emptyIn(request.json ?? parsed(request.jsonText) ?? request.form, '');
      must(empty === undefined, `${request.method} ${request.path} sent an empty ${String(empty)}`);
      const query = emptyIn(request.query, '');
      must(
        query === undefined,
        `${request.method} ${request.path} sent an empty ${String(query)} in its query`,
      );
    }
  },
};

const namesStay: ConformanceCase = {
  id: 'withdrawn-stays',
  title: 'A name that is no longer wished for is left alone, never emptied',
  rule: 'absent-value-clear',
  appliesTo: (manifest) =>
    manifest.writes.some(({ from }) => /\bname\b/i.test(from)) ? true : 'No names are written.',
  run: async ({ stage }) => {
    const here = await stage();
    const first = wish(here);
    const before = await landed(here, first, 'a contact with a name');
    if (!writesNames(here) || !holds(here.look(first.desired.email)?.fields, first.desired.firstName)) return;
    const { firstName: _first, lastName: _last, fullName: _full, ...nameless } = first.desired;
    const outcome = await here
      .connect()
      .upsert({ ...first, desired: nameless, previous: ledger(first, before) });
    must(isSuccess(outcome), `a contact without its name came to ${told(outcome)}`);
    must(
      holds(here.look(first.desired.email)?.fields, first.desired.firstName),
      'the first name was emptied because we no longer know it',
    );
  },
};

const everySetting: ConformanceCase = {
  id: 'every-setting',
  title: 'A contact and an event arrive under every value of every setting',
  rule: 'manifest',
  proves: claimsAbout('setting:', 'bulk setting:'),
  appliesTo: ({ settings }) => (settings.length > 0 ? true : 'There are no settings.'),
  run: async ({ manifest, stage }) => {
    const findings = new Findings();
    for (const field of manifest.settings) {
      const here = await stage();
      const values =
        field.type === 'choice'
          ? (field.choices ?? []).map(({ value }) => value)
          : field.type === 'boolean'
            ? [true, false]
            : field.type === 'integer'
              ? [field.minimum ?? 1, field.maximum ?? 100]
              : [field.default];
      for (const value of values) {
        const connection = here.connect({ settings: { [field.name]: value } });
        const change = wish(here);
        const outcome = await connection.upsert(change);
        const under = `with ${field.name} = ${shown(value)}`;
        findings.unless(isSuccess(outcome), `${under} a contact came to ${told(outcome)}`);
        if (!isSuccess(outcome)) continue;
        for (const gap of missing(here, change, outcome)) findings.add(`${under}: ${gap} is missing`);
        if (manifest.capabilities.events === 'none') continue;
        const recorded = await connection.track(happening(here, change.desired.email));
        // A setting may switch what stands for events off; then it is refused and not lost.
        const known = isSuccess(recorded) || recorded.kind === 'refused';
        findings.unless(known, `${under} an event came to ${told(recorded)}`);
      }
    }
    findings.settle();
  },
};

const stateless: ConformanceCase = {
  id: 'contacts-side-by-side',
  title: 'Twenty contacts at the same time do not get in each other’s way',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const people = here.count();
    const connection = here.connect();
    const changes = Array.from({ length: 20 }, (_, index) =>
      wish(here, {
        firstName: `Person ${index}`,
        fullName: `Person ${index} van der Meer`,
        tags: [`group${index}`],
      }),
    );
    const outcomes = await Promise.all(changes.map((change) => connection.upsert(change)));
    const findings = new Findings();
    for (const [index, change] of changes.entries()) {
      const outcome = outcomes[index] as Outcome;
      findings.unless(isSuccess(outcome), `contact ${index + 1} came to ${told(outcome)}`);
      if (isSuccess(outcome))
        for (const gap of missing(here, change, outcome)) findings.add(`missing: ${gap}`);
    }
    findings.unless(
      here.count() === people + 20,
      `${here.count() - people} contacts came into being, not 20`,
    );
    findings.settle();
  },
};

const warnedOnce: ConformanceCase = {
  id: 'written-tells-failure',
  title: 'When a later step fails, the outcome tells what had got in before',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const rehearsal = here.connect();
    await rehearsal.upsert(wish(here));
    const findings = new Findings();
    for (let at = 1; at < rehearsal.sent.length; at += 1) {
      const change = wish(here);
      const outcome = await here
        .connect({ fault: (_, index) => (index === at ? '500' : undefined) })
        .upsert(change);
      const seen = here.look(change.desired.email);
      const words = `when request ${at + 1} fails (${told(outcome)})`;
      if (seen === undefined) {
        findings.unless(
          outcome.written?.email === undefined,
          `${words}: nobody is there, and \`written\` says otherwise`,
        );
        continue;
      }
      const book = ledger(change, outcome);
      findings.unless(
        outcome.written !== undefined,
        `${words}: the contact is there, and \`written\` does not say so`,
      );
      for (const id of seen.audiences) {
        findings.unless(
          book.audiences.includes(id) || !change.desired.audiences.includes(id),
          `${words}: the contact is in audience ${id}, and \`written\` does not say so`,
        );
      }
      // Where audiences are tags, a membership shows among them.
      const names = here.probe.audiences().map(({ name }) => name);
      for (const tag of seen.tags.filter((one) => !names.includes(one))) {
        findings.unless(
          book.tags.includes(tag),
          `${words}: the contact has the tag ${tag}, and \`written\` does not say so`,
        );
      }
      for (const id of book.audiences) {
        findings.unless(
          seen.audiences.includes(id),
          `${words}: \`written\` says audience ${id}, and the vendor does not`,
        );
      }
      findings.unless(
        !warned(outcome, 'audience_missing'),
        `${words}: an audience that is there was told as missing`,
      );
    }
    findings.settle();
  },
};

export const CONTACT_CASES = [
  creates,
  repeats,
  rewrites,
  updates,
  otherAddress,
  absent,
  namesStay,
  everySetting,
  stateless,
  warnedOnce,
];

/** Where an empty text or a null stands; undefined when there is none. */
function emptyIn(value: unknown, at: string): string | undefined {
  if (value === '' || value === null) return at;
  if (typeof value !== 'object' || value === undefined) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = emptyIn(inner, at === '' ? key : `${at}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
