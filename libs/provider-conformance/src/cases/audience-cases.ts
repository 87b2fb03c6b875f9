import {
  isSuccess,
  type Audience,
  type AudiencePage,
  type Outcome,
  type ProviderManifest,
} from '@rekomi/provider-contract';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import type { Connection } from '../connection.js';
import { missing, told, warned } from '../landing.js';
import { bareWish, ledger, wish } from '../people.js';
import { audiencesAreTyped } from '../vendor-kinds.js';

const MANY = 1001;
const HOSTILE_NAMES = [
  'Ünïcode & Söhne',
  '"Quoted" \'twice\'',
  '100 % / 50 + 50',
  '<b>bold</b>',
  '合作伙伴 2026',
  '🤝 Partners',
];

/** All pages, in order. */
async function everyPage(connection: Connection): Promise<readonly Audience[]> {
  const all: Audience[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  do {
    const page: AudiencePage = await connection.list(cursor);
    must(page.kind === 'page', `page ${cursors.size + 1} came to ${told(page)}`);
    all.push(...page.audiences);
    cursor = page.nextCursor;
    must(cursor === undefined || !cursors.has(cursor), `the cursor ${shown(cursor)} came twice`);
    if (cursor !== undefined) cursors.add(cursor);
  } while (cursor !== undefined);
  return all;
}

const listed = (manifest: ProviderManifest): true | string =>
  audiencesAreTyped(manifest)
    ? 'An audience is a name that a person types; the API lists and misses none.'
    : true;

const toTheEnd: ConformanceCase = {
  id: 'audiences-to-the-end',
  title: '1,001 audiences are listed to the last one, each once',
  rule: 'audiences',
  appliesTo: listed,
  run: async ({ stage }) => {
    const here = await stage();
    const names = Array.from({ length: MANY }, (_, index) => `Partners ${index + 1}`);
    for (const name of names) here.probe.addAudience(name);
    const all = await everyPage(here.connect());
    const findings = new Findings();
    const listed = new Map(all.map(({ id, name }) => [id, name]));
    findings.unless(listed.size === all.length, `${all.length - listed.size} audiences were listed twice`);
    const unlisted = here.probe.audiences().filter(({ id }) => !listed.has(id));
    findings.unless(
      unlisted.length === 0,
      `${unlisted.length} of ${here.probe.audiences().length} audiences are missing, for instance ${shown(unlisted[0])}`,
    );
    for (const { id, name } of here.probe.audiences()) {
      const seen = listed.get(id);
      if (seen !== undefined) findings.unless(seen === name, `${shown(name)} was listed as ${shown(seen)}`);
    }
    const known = new Set(here.probe.audiences().map(({ id }) => id));
    const foreign = all.filter(({ id }) => !known.has(id));
    findings.unless(foreign.length === 0, `${shown(foreign[0])} was offered, and nobody can be added to it`);
    findings.settle();
  },
};

const deleted: ConformanceCase = {
  id: 'audience-deleted-not-offered',
  title: 'An audience that was deleted at the vendor is offered no more',
  rule: 'audiences',
  appliesTo: listed,
  run: async ({ stage }) => {
    const here = await stage();
    const id = here.probe.addAudience('Short-lived');
    must(
      (await everyPage(here.connect())).some((audience) => audience.id === id),
      'a new audience is not listed',
    );
    here.probe.removeAudience(id);
    const after = await everyPage(here.connect());
    must(!after.some((audience) => audience.id === id), 'an audience that is gone is still listed');
  },
};

const missingOne: ConformanceCase = {
  id: 'audience-missing-told',
  title: 'A contact for an audience that is gone is told as misconfigured, with what got in all the same',
  rule: 'audiences',
  appliesTo: listed,
  run: async ({ stage }) => {
    const here = await stage();
    // First, because an emulator may give the number of what is gone to the next one.
    here.audience();
    const gone = here.probe.addAudience('Gone tomorrow');
    here.probe.removeAudience(gone);
    const change = wish(here, { audiences: [gone] });
    const outcome = await here.connect().upsert(change);
    must(
      outcome.kind === 'misconfigured' && outcome.code === 'audience_missing',
      `a contact for an audience that is gone came to ${told(outcome)}`,
    );
    must(outcome.setting === 'audience', `the setting at fault was told as ${shown(outcome.setting)}`);
    const there = here.look(change.desired.email) !== undefined;
    const claimed =
      outcome.written?.email !== undefined || Object.keys(outcome.written?.fields ?? {}).length > 0;
    must(!there || claimed, 'the contact is there, and the outcome does not say what was written');
    must(there || !claimed, 'the outcome says that the contact was written, and it is not there');
    must(
      !(outcome.written?.audiencesJoined ?? []).includes(gone),
      'the outcome says that the contact joined an audience that is gone',
    );
  },
};

const removedMidway: ConformanceCase = {
  id: 'audience-removed-midway',
  title: 'An audience that vanishes while a contact is on its way is told as missing',
  rule: 'audiences',
  appliesTo: listed,
  run: async ({ stage }) => {
    const rehearsal = await stage();
    const first = rehearsal.connect();
    await first.upsert(wish(rehearsal));
    const findings = new Findings();
    for (let at = 0; at < first.sent.length; at += 1) {
      const here = await stage();
      const change = wish(here);
      const outcome = await here
        .connect({ fault: (_, index) => (index === at ? 'remove-audiences' : undefined) })
        .upsert(change);
      if (isMissing(outcome)) continue;
      const said = `when the audience vanishes before request ${at + 1}, the contact came to ${told(outcome)}`;
      // It may have joined before the audience went, or the vendor says something vague; then the next try has to tell.
      if (outcome.kind === 'unavailable' && at > 0) {
        const again = await here.connect().upsert(change);
        findings.unless(isMissing(again), `${said}, and the next try to ${told(again)}`);
      } else {
        findings.unless(isSuccess(outcome) && at > 0, said);
      }
    }
    findings.settle();
  },
};

function isMissing(outcome: Outcome): boolean {
  return outcome.kind === 'misconfigured' && outcome.code === 'audience_missing';
}

const required: ConformanceCase = {
  id: 'audience-needed',
  title: 'Without an audience a contact is written, or the missing choice is told',
  rule: 'audiences',
  proves: claimsAbout('audience required:'),
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const change = wish(here, { audiences: [] });
    const outcome = await here.connect().upsert(change);
    if (manifest.audience.required) {
      must(
        outcome.kind === 'misconfigured' && outcome.code === 'audience_needed',
        `a contact without an audience came to ${told(outcome)}`,
      );
      return;
    }
    must(isSuccess(outcome), `a contact without an audience came to ${told(outcome)}`);
    const gaps = missing(here, change, outcome);
    must(gaps.length === 0, `missing: ${gaps.join(', ')}`);
  },
};

const move: ConformanceCase = {
  id: 'audience-moves',
  title: 'A contact joins the new audience and leaves the old one, and what was left is told truly',
  rule: 'audiences',
  run: async ({ stage }) => {
    const here = await stage();
    const [from, to] = [here.probe.addAudience('Spring'), here.probe.addAudience('Summer')];
    const first = wish(here, { audiences: [from] });
    const before = await here.connect().upsert(first);
    must(isSuccess(before), `a new contact came to ${told(before)}`);
    const change = {
      ...first,
      desired: { ...first.desired, audiences: [to] },
      previous: ledger(first, before),
    };
    const outcome = await here.connect().upsert(change);
    must(isSuccess(outcome), `a contact that moves came to ${told(outcome)}`);
    const gaps = missing(here, change, outcome);
    must(gaps.length === 0, `missing: ${gaps.join(', ')}`);
    const stays = here.look(first.desired.email)?.audiences.includes(from) === true;
    const left = (outcome.written?.audiencesLeft ?? []).includes(from);
    must(stays || left, 'the contact has left the old audience, and `written` does not say so');
    must(!stays || !left, '`written` says that the contact left the old audience, and it is still in');
    must(
      !stays || (outcome.warnings ?? []).length > 0,
      'the contact stays in the old audience, and no warning says so',
    );
  },
};

const others: ConformanceCase = {
  id: 'audience-of-others-stays',
  title: 'A membership that is not ours survives a sync',
  rule: 'audiences',
  run: async ({ stage }) => {
    const here = await stage();
    const theirs = here.probe.addAudience('The merchant’s own');
    const email = here.address();
    here.probe.seed({ email, audiences: [theirs], consent: 'subscribed' });
    must(here.look(email)?.audiences.includes(theirs), 'the emulator did not seed the membership');
    const first = wish(here, { email });
    const outcome = await here.connect().upsert(first);
    must(isSuccess(outcome), `a contact that is there came to ${told(outcome)}`);
    const bare = bareWish(here, email, { previous: ledger(first, outcome) });
    await here.connect().upsert(bare);
    must(here.look(email)?.audiences.includes(theirs), 'the contact has lost a membership that was not ours');
  },
};

const created: ConformanceCase = {
  id: 'audience-created',
  title: 'A new audience is there, under exactly the name that was given, and takes a contact at once',
  rule: 'audiences',
  proves: claimsAbout('audience creatable: true'),
  appliesTo: ({ audience }) => (audience.creatable ? true : 'The API creates no audiences.'),
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    // What is typed comes into being with its first contact.
    for (const name of audiencesAreTyped(manifest) ? [] : HOSTILE_NAMES) {
      const made = await here.connect().create(name);
      if (made.kind !== 'created') {
        findings.unless(made.kind === 'refused', `${shown(name)} came to ${told(made)}`);
        continue;
      }
      const there = here.probe.audiences().find(({ id }) => id === made.audience.id);
      findings.unless(there?.name === name, `${shown(name)} was created as ${shown(there?.name)}`);
    }
    const plain = await here.connect().create('Affiliates of autumn');
    must(plain.kind === 'created', `an ordinary name came to ${told(plain)}`);
    const change = wish(here, { audiences: [plain.audience.id] });
    const outcome = await here.connect().upsert(change);
    findings.unless(isSuccess(outcome), `a contact for the new audience came to ${told(outcome)}`);
    for (const gap of missing(here, change, outcome)) findings.add(`missing: ${gap}`);
    const blank = await here.connect().create('   ');
    findings.unless(blank.kind !== 'created', 'an audience without a name was created');
    findings.settle();
  },
};

const typed: ConformanceCase = {
  id: 'audience-typed',
  title: 'A name that was typed takes a contact, and the list that is none is told as a value',
  rule: 'audiences',
  proves: claimsAbout('audience typed:'),
  appliesTo: (manifest) => (audiencesAreTyped(manifest) ? true : 'The API lists the audiences.'),
  run: async ({ stage }) => {
    const here = await stage();
    await here.connect().list();
    const change = wish(here, { audiences: ['Affiliates of autumn'] });
    const outcome = await here.connect().upsert(change);
    must(isSuccess(outcome), `a contact for a name that was typed came to ${told(outcome)}`);
    const gaps = missing(here, change, outcome);
    must(gaps.length === 0, `missing: ${gaps.join(', ')}`);
  },
};

const silentJoin: ConformanceCase = {
  id: 'audience-join-told',
  title: 'A join is in `written` exactly when the vendor has the membership',
  rule: 'audiences',
  run: async ({ stage }) => {
    const here = await stage();
    const change = wish(here, { audiences: [here.audience(), here.probe.addAudience('Second')] });
    const outcome = await here.connect().upsert(change);
    must(isSuccess(outcome), `a contact for two audiences came to ${told(outcome)}`);
    const seen = here.look(change.desired.email)?.audiences ?? [];
    for (const id of change.desired.audiences) {
      const claimed = (outcome.written?.audiencesJoined ?? []).includes(id);
      const excused = warned(outcome, 'confirmation_pending', 'consent_not_raised');
      must(
        claimed === seen.includes(id) || excused,
        `audience ${id}: told as ${claimed ? 'joined' : 'not joined'}, and the vendor says the opposite`,
      );
    }
  },
};

export const AUDIENCE_CASES = [
  toTheEnd,
  deleted,
  missingOne,
  removedMidway,
  required,
  move,
  others,
  created,
  typed,
  silentJoin,
];
