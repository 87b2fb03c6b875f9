import { isSuccess } from '@rekomi/provider-contract';
import { isDeepStrictEqual } from 'node:util';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { told } from '../landing.js';
import { happening, ledger, wish } from '../people.js';
import { arrived, isErased, leftovers } from '../scenes.js';
import { landed } from './contact-cases.js';

const takesBack: ConformanceCase = {
  id: 'taking-back-ours',
  title:
    'Taking back removes our tags, memberships and fields, and leaves the person and the merchant’s data',
  rule: 'taking-back',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const native = manifest.capabilities.tags === 'native';
    const theirs = here.probe.addAudience('The merchant’s own');
    const email = here.address();
    here.probe.seed({
      email,
      audiences: [theirs],
      consent: 'subscribed',
      ...(native ? { tags: ['theirs'] } : {}),
    });
    const people = here.count();
    const untouched = here.look(email);
    const change = wish(here, { email, tags: ['spring', 'gold'], attributes: { favourite: 'indigo' } });
    const outcome = await landed(here, change, 'a contact');
    const previous = ledger(change, outcome);
    const taken = await here.connect().remove({ contactId: change.contactId, previous });
    must(isSuccess(taken), `taking back came to ${told(taken)}`);
    const rest = leftovers(here, email, previous, taken);
    must(rest.length === 0, rest.join(', '));
    const seen = here.look(email);
    must(seen && untouched, 'the person is gone');
    must(here.count() === people, 'the number of contacts has changed');
    must(seen.audiences.includes(theirs), 'a membership that was not ours is gone');
    must(!native || seen.tags.includes('theirs'), 'a tag that was not ours is gone');
    must(seen.consent === untouched.consent, `the consent is ${seen.consent}`);
    for (const [name, value] of Object.entries(untouched.fields)) {
      must(name in seen.fields, `the merchant’s field ${name} = ${shown(value)} is gone`);
    }
    const again = await here
      .connect()
      .remove({ contactId: change.contactId, previous: ledger({ ...change, previous }, taken) });
    must(isSuccess(again), `taking back again came to ${told(again)}`);
    must(
      isDeepStrictEqual(here.look(email)?.audiences, seen.audiences),
      'taking back again changed a membership',
    );
  },
};

const nobody: ConformanceCase = {
  id: 'taking-back-creates-nobody',
  title: 'Taking back from somebody who is gone creates nobody',
  rule: 'taking-back',
  run: async ({ stage }) => {
    const here = await stage();
    const people = here.count();
    const email = here.address();
    const previous = { email, fields: { first_name: 'Zoë' }, tags: ['spring'], audiences: [here.audience()] };
    const taken = await here.connect().remove({ contactId: 'contact-gone', previous });
    must(
      here.look(email) === undefined && here.count() === people,
      `somebody came into being (${told(taken)})`,
    );
    must(
      taken.kind !== 'unauthorised' && taken.kind !== 'throttled' && taken.kind !== 'ambiguous',
      `taking back from nobody came to ${told(taken)}`,
    );
  },
};

const erases: ConformanceCase = {
  id: 'erasure',
  title: 'An erasure removes the person and nobody else, and somebody unknown is no failure',
  rule: 'taking-back',
  proves: claimsAbout('erase contact: true'),
  appliesTo: ({ capabilities }) => (capabilities.eraseContact ? true : 'The vendor’s API erases nobody.'),
  run: async ({ stage }) => {
    const here = await stage();
    const [email, neighbour] = [arrived(here), arrived(here)];
    const outcome = await here.connect().erase(email);
    must(isSuccess(outcome), `an erasure came to ${told(outcome)}`);
    must(isErased(here, email), 'the person is still there');
    must(here.look(neighbour), 'somebody else is gone as well');
    const unknown = await here.connect().erase(here.address());
    must(isSuccess(unknown), `the erasure of somebody unknown came to ${told(unknown)}`);
  },
};

const found: ConformanceCase = {
  id: 'look-finds',
  title: 'A look shows the address, the name, the consent and the audiences of a contact',
  rule: 'reading',
  proves: claimsAbout('read back: true'),
  appliesTo: ({ capabilities }) =>
    capabilities.readBack ? true : 'The vendor cannot be asked about one contact.',
  run: async ({ stage }) => {
    const here = await stage();
    const change = wish(here);
    await landed(here, change, 'a contact');
    const { email } = change.desired;
    here.look(email);
    const look = await here.connect().read(email);
    must(look.kind === 'found', `a look at somebody who is there came to ${told(look)}`);
    const { snapshot } = look;
    must(snapshot.email.toLowerCase() === email.toLowerCase(), `the look showed ${snapshot.email}`);
    must(snapshot.audiences?.includes(here.audience()) ?? true, 'the look does not show the audience');
    must(!Number.isNaN(Date.parse(snapshot.seenAt)), 'the look has no time');
    const unknown = await here.connect().read(here.address());
    must(unknown.kind === 'not_found', `a look at nobody came to ${told(unknown)}`);
    const findings = new Findings();
    for (const consent of here.probe.consents) {
      if (!['unsubscribed', 'bounced', 'complained'].includes(consent)) continue;
      const person = here.address();
      here.probe.seed({ email: person, consent, audiences: [here.audience()] });
      const seen = await here.connect().read(person);
      const shownConsent = seen.kind === 'found' ? seen.snapshot.consent : told(seen);
      findings.unless(shownConsent !== 'subscribed', `somebody who is ${consent} was shown as subscribed`);
    }
    findings.settle();
  },
};

const harmless: ConformanceCase = {
  id: 'look-changes-nothing',
  title: 'A look and a list change nothing at the vendor',
  rule: 'reading',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const email = arrived(here);
    if (manifest.capabilities.events !== 'none') await here.connect().track(happening(here, email));
    const before = here.look(email);
    const writes = here.probe.writes();
    await here.connect().list();
    if (manifest.capabilities.readBack) await here.connect().read(email);
    must(here.probe.writes() === writes, `the vendor made ${here.probe.writes() - writes} changes`);
    must(isDeepStrictEqual(here.look(email), before), 'the contact has changed');
  },
};

export const TAKING_BACK_CASES = [takesBack, nobody, erases, found, harmless];
