import { compareWithSnapshot, isSuccess, type ContactChange } from '@rekomi/provider-contract';
import { must, shown } from '../checks.js';
import type { ConformanceCase } from '../conformance-case.js';
import { told } from '../landing.js';
import { ledger, wish } from '../people.js';
import type { Stage } from '../stage.js';

const agrees: ConformanceCase = {
  id: 'look-agrees',
  title: 'What was written is found again by a look, whatever its kind, and what went missing is noticed',
  rule: 'reading',
  appliesTo: ({ capabilities }) =>
    capabilities.readBack ? true : 'The vendor cannot be asked about one contact.',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const attributes = {
      city: 'São Paulo',
      orders: 12,
      ratio: 0.5,
      insider: true,
      since: '2026-02-03T04:05:06Z',
    };
    const change = wish(here, { tier: 'gold', attributes });
    const outcome = await here.connect().upsert(change);
    must(isSuccess(outcome), `a contact came to ${told(outcome)}`);
    const { email } = change.desired;
    here.look(email);
    const written = ledger(change, outcome);
    const look = await here.connect().read(email);
    must(look.kind === 'found', `a look at somebody who is there came to ${told(look)}`);
    const { deviations } = compareWithSnapshot(written, look.snapshot, manifest.capabilities);
    must(deviations.length === 0, `the look does not agree with \`written\`: ${shown(deviations)}`);
    const lost = { ...written, fields: { ...written.fields, rekomi_lost: 'x' }, audiences: ['no-such'] };
    const missed = compareWithSnapshot(lost, look.snapshot, manifest.capabilities).deviations;
    const wanted = look.snapshot.audiences === undefined ? 1 : 2;
    must(missed.length === wanted, `what is not there was not noticed: ${shown(missed)}`);
  },
};

const noticed: ConformanceCase = {
  id: 'look-notices-ignored',
  title: 'What the vendor takes with every sign of success and does not apply is noticed by a look',
  rule: 'reading',
  appliesTo: ({ capabilities }) =>
    capabilities.readBack ? true : 'The vendor cannot be asked about one contact.',
  run: async ({ manifest, stage }) => {
    const email = 'ignored@example.com';
    // What the vendor says when all is well, word for word.
    const honest = await stage();
    const outcome = await honest.connect().upsert(everything(honest, email));
    must(isSuccess(outcome), `a contact came to ${told(outcome)}`);
    const words = honest.emulator.arrivals.map(({ answer }) => answer);

    const liar = await stage();
    const change = everything(liar, email);
    liar.emulator.play(words);
    const said = await liar.connect().upsert(change);
    must(isSuccess(said), `the same words came to ${told(said)}`);
    liar.emulator.play([]);
    liar.probe.settle();
    must(liar.probe.contact(email) === undefined, 'the vendor applied it after all');
    const nobody = await liar.connect().read(email);
    must(nobody.kind === 'not_found', `a look at nobody came to ${told(nobody)}`);

    // Somebody whom the merchant had there already: the person is found, and nothing of ours.
    liar.probe.seed({ email, consent: 'subscribed', audiences: [liar.probe.addAudience('Theirs')] });
    liar.probe.settle();
    const somebody = await liar.connect().read(email);
    must(somebody.kind === 'found', `a look at somebody who is there came to ${told(somebody)}`);
    const { deviations } = compareWithSnapshot(
      ledger(change, said),
      somebody.snapshot,
      manifest.capabilities,
    );
    must(deviations.length > 0, 'nothing of ours is there, and that was not noticed');
  },
};

function everything(here: Stage, email: string): ContactChange {
  return wish(here, { email, tier: 'gold' });
}

export const RECEIPT_CASES = [agrees, noticed];
