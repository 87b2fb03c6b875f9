import {
  applyWritten,
  isSuccess,
  type ContactChange,
  type Outcome,
  type ProviderManifest,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { Findings, must } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { missing, told } from '../landing.js';
import { ledger, next, wish } from '../people.js';
import { leftovers } from '../scenes.js';
import type { ConnectOptions, Stage } from '../stage.js';

/** The answer to this request is lost after it was applied. */
const LOST = 'apply-then-reset';

/** Somebody with a tag and in an audience of the merchant's own, and a wish for the same and for more. */
interface Shared {
  readonly change: ContactChange;
  /** Tags of the merchant's own; empty where tags stand in a field of ours. */
  readonly tags: readonly string[];
  readonly audience: string;
}

function shared(here: Stage): Shared {
  const email = here.address();
  const tags = here.manifest.capabilities.tags === 'native' ? ['theirs'] : [];
  const audience = here.audience();
  here.probe.seed({ email, tags, audiences: [audience], consent: 'subscribed' });
  const seen = here.look(email);
  must(seen?.audiences.includes(audience) === true, 'the emulator did not seed the membership');
  must(
    tags.every((tag) => seen?.tags.includes(tag)),
    'the emulator did not seed the tag',
  );
  const change = wish(here, {
    email,
    tags: [...tags, `ours${here.number()}`],
    audiences: [audience, here.probe.addAudience(`Ours ${here.number()}`)],
    attributes: { favourite: 'indigo' },
  });
  return { change, tags, audience };
}

/** What of the merchant's own is gone. */
function lost(here: Stage, { change, tags, audience }: Shared): readonly string[] {
  const seen = here.look(change.desired.email);
  if (seen === undefined) return ['the person is gone'];
  return [
    ...tags.filter((tag) => !seen.tags.includes(tag)).map((tag) => `the merchant’s tag ${tag} is gone`),
    ...(seen.audiences.includes(audience) ? [] : ['a membership that was there before us is gone']),
  ];
}

/** What of ours is still there, without a warning. */
function left(here: Stage, { change, tags, audience }: Shared, outcome: Outcome): readonly string[] {
  const ours = {
    tags: change.desired.tags.filter((tag) => !tags.includes(tag)),
    audiences: change.desired.audiences.filter((id) => id !== audience),
  };
  return leftovers(here, change.desired.email, ours, outcome);
}

/** With the choice that keeps everything, where the vendor never shows what was there before. */
function keeping({ capabilities }: ProviderManifest): ConnectOptions {
  const { unseenBefore } = capabilities;
  return unseenBefore === undefined || unseenBefore.without !== undefined
    ? {}
    : { settings: { [unseenBefore.setting]: unseenBefore.stays } };
}

/** The outcome of a wish that has to succeed and be true. */
async function brought(here: Stage, change: ContactChange, what: string): Promise<Outcome> {
  const outcome = await here.connect(keeping(here.manifest)).upsert(change);
  must(isSuccess(outcome), `${what} came to ${told(outcome)}`);
  const gaps = missing(here, change, outcome);
  must(gaps.length === 0, `${what} came to ${told(outcome)}, but missing: ${gaps.join(', ')}`);
  return outcome;
}

async function takenBack(here: Stage, one: Shared, previous: WrittenContact): Promise<readonly string[]> {
  const { contactId } = one.change;
  const outcome = await here.connect(keeping(here.manifest)).remove({ contactId, previous });
  if (!isSuccess(outcome)) return [`taking back came to ${told(outcome)}`];
  return [...lost(here, one), ...left(here, one, outcome)];
}

const stays: ConformanceCase = {
  id: 'before-us-stays',
  title: 'A tag and a membership that were there before us stay when ours are taken back',
  rule: 'taking-back',
  run: async ({ stage }) => {
    const here = await stage();
    const one = shared(here);
    const first = await brought(here, one.change, 'somebody who is there');
    const again = next(one.change, first);
    const second = await brought(here, again, 'the same once more');
    const third = await brought(
      here,
      { ...again, previous: ledger(again, second), rewrite: true },
      'a rewrite',
    );
    const findings = await takenBack(here, one, ledger(again, second, third));
    must(findings.length === 0, findings.join(', '));
  },
};

const unwanted: ConformanceCase = {
  id: 'before-us-unwanted',
  title: 'A tag and a membership that were there before us stay when they are no longer wished for',
  rule: 'taking-back',
  run: async ({ stage, manifest }) => {
    const here = await stage();
    const one = shared(here);
    const first = await brought(here, one.change, 'somebody who is there');
    const { desired } = one.change;
    const fewer = next(one.change, first, {
      tags: desired.tags.filter((tag) => !one.tags.includes(tag)),
      audiences: desired.audiences.filter((id) => id !== one.audience),
    });
    const outcome = await here.connect(keeping(manifest)).upsert(fewer);
    must(isSuccess(outcome), `a wish for less came to ${told(outcome)}`);
    const gone = lost(here, one);
    must(gone.length === 0, gone.join(', '));
    const findings = await takenBack(here, one, ledger(fewer, outcome));
    must(findings.length === 0, findings.join(', '));
  },
};

const inBulk: ConformanceCase = {
  id: 'before-us-in-bulk',
  title: 'A bulk call tells what was there before us from what it adds',
  rule: 'taking-back',
  appliesTo: ({ capabilities }, { provider }) =>
    capabilities.bulk === undefined || provider.upsertContacts === undefined
      ? 'There is no bulk call for contacts.'
      : true,
  run: async ({ stage }) => {
    const here = await stage();
    const [one, two] = [shared(here), shared(here)];
    const fresh = {
      change: wish(here, one.change.desired.tags.length > 0 ? { tags: one.change.desired.tags } : {}),
    };
    const crowd = [one, fresh, two];
    const outcomes = await here.connect().upsertMany(crowd.map(({ change }) => change));
    for (const outcome of outcomes) must(isSuccess(outcome), `a contact of three came to ${told(outcome)}`);
    here.probe.settle();
    const findings = new Findings();
    for (const [index, person] of crowd.entries()) {
      const { change } = person;
      const previous = ledger(change, outcomes[index] as Outcome);
      if ('audience' in person) {
        for (const finding of await takenBack(here, person, previous)) findings.add(finding);
        continue;
      }
      const outcome = await here.connect().remove({ contactId: change.contactId, previous });
      for (const finding of leftovers(here, change.desired.email, change.desired, outcome))
        findings.add(`of somebody who was not there before us, ${finding}`);
    }
    findings.settle();
  },
};

/**
 * As the engine does it: what was meant to be written counts as ours but for what the outcome says was found, and
 * everything is written once more.
 */
function afterLost(change: ContactChange, outcome: Outcome): ContactChange {
  const { email, tags, audiences } = change.desired;
  const meant: WrittenContact = { email, fields: {}, tags: [], audiences: [] };
  const known = applyWritten(meant, outcome.written ?? {}, email);
  const except = (all: readonly string[], found: readonly string[] = []): readonly string[] =>
    all.filter((name) => !found.includes(name));
  return {
    ...change,
    previous: {
      ...known,
      tags: except(tags, known.tagsFound),
      audiences: except(audiences, known.audiencesFound),
    },
    rewrite: true,
  };
}

const lostAnswer: ConformanceCase = {
  id: 'before-us-after-a-lost-answer',
  title:
    'After a lost answer our own half-written tag is not taken for the merchant’s, and what a look had shown is told',
  rule: 'taking-back',
  run: async ({ stage }) => {
    const rehearsal = await stage();
    const trial = rehearsal.connect();
    const { change } = shared(rehearsal);
    await trial.upsert(change);
    const findings = new Findings();
    for (let at = 0; at < trial.sent.length; at += 1) {
      const here = await stage();
      const one = shared(here);
      const outcome = await here
        .connect({
          ...keeping(here.manifest),
          fault: (_, index) => (index === at ? LOST : undefined),
        })
        .upsert(one.change);
      const said = `when the answer to request ${at + 1} of ${trial.sent.length} is lost`;
      const again = isSuccess(outcome) ? next(one.change, outcome) : afterLost(one.change, outcome);
      const second = await here.connect(keeping(here.manifest)).upsert(again);
      if (!isSuccess(second)) {
        findings.add(`${said}, the next try came to ${told(second)}`);
        continue;
      }
      const wrong = await takenBack(here, one, ledger(again, second));
      // Nobody knows what stood there where the answer was lost before anybody looked; by the last request somebody has.
      const early = at < trial.sent.length - 1 && lost(here, one).length > 0;
      for (const finding of early ? [] : wrong) findings.add(`${said}, ${finding}`);
    }
    findings.settle();
  },
};

const unseen: ConformanceCase = {
  id: 'before-us-unseen',
  title: 'Where the vendor does not show what was there before us, the choice of the connection decides',
  rule: 'taking-back',
  proves: (manifest) =>
    claimsAbout(`setting: ${manifest.capabilities.unseenBefore?.setting ?? '-'}`, 'unseen before:')(manifest),
  appliesTo: ({ capabilities }) =>
    capabilities.unseenBefore === undefined ? 'A look shows what was there before us.' : true,
  run: async ({ stage, manifest }) => {
    const { unseenBefore } = manifest.capabilities;
    must(unseenBefore, 'the manifest says nothing of it');
    const { setting, stays: value, without = '' } = unseenBefore;
    const findings = new Findings();
    for (const settings of [{ [setting]: value }, {}]) {
      const here = await stage();
      const { [without]: _, ...credentials } = here.account.credentials;
      const one = shared(here);
      const first = await here.connect({ settings, credentials }).upsert(one.change);
      must(isSuccess(first), `somebody who is there came to ${told(first)}`);
      const previous = ledger(one.change, first);
      const { contactId } = one.change;
      const taken = await here.connect({ settings, credentials }).remove({ contactId, previous });
      must(isSuccess(taken), `taking back came to ${told(taken)}`);
      const kept = Object.keys(settings).length > 0;
      for (const finding of kept ? lost(here, one) : []) findings.add(finding);
      for (const finding of left(here, one, taken)) findings.add(finding);
      const staying = here.look(one.change.desired.email)?.audiences ?? [];
      findings.unless(
        kept || staying.length === 0,
        'without the choice what we may have joined is not left when it is taken back',
      );
      findings.unless(
        !kept || (taken.warnings ?? []).some(({ code }) => code === 'left_in_place'),
        'something stays, and no warning says so',
      );
    }
    findings.settle();
  },
};

export const BEFORE_US_CASES = [stays, unwanted, inBulk, lostAnswer, unseen];
