import { isSuccess, type EmulatedConsent, type Outcome } from '@rekomi/provider-contract';
import { Findings, must } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { told } from '../landing.js';
import { bareWish, happening, ledger, wish } from '../people.js';
import type { Stage } from '../stage.js';
import { landed } from './contact-cases.js';

/** States in which somebody must not be written to by the vendor. */
const OPTED_OUT: readonly EmulatedConsent[] = [
  'unsubscribed',
  'bounced',
  'complained',
  'suppressed',
  'archived',
];
const FAULTS = ['500', '502-html', 'hang', 'reset', 'garbage', '200-ignored', 'answer;404:object', '429'];

/** Those of them that this vendor knows. */
export function statesOptedOut(stage: Stage): readonly EmulatedConsent[] {
  return OPTED_OUT.filter((consent) => stage.probe.consents.includes(consent));
}

/** Puts somebody there who has opted out. */
function optedOut(stage: Stage, consent: EmulatedConsent, audiences: readonly string[] = []): string {
  const email = stage.address();
  stage.probe.seed({ email, consent, audiences });
  return email;
}

/** Says so when the consent went up. */
function raised(stage: Stage, email: string, before: EmulatedConsent): string | undefined {
  // Where somebody exists only in an audience, nobody was put there, and there is nothing to raise.
  if (!OPTED_OUT.includes(before)) return undefined;
  const after = stage.look(email)?.consent ?? 'none';
  return after === 'subscribed' || after === 'pending' ? `${before} became ${after}` : undefined;
}

const never: ConformanceCase = {
  id: 'consent-never-raised',
  title:
    'Whoever unsubscribed, bounced, complained, was archived or suppressed stays so: new, changed, moved, rewritten',
  rule: 'consent',
  proves: claimsAbout('consent: explicit', 'consent: untouched', 'consent: subscribed_on_create'),
  run: async ({ stage }) => {
    const here = await stage();
    const states = statesOptedOut(here);
    must(states.length > 0, 'the emulator knows no state in which somebody has opted out');
    const findings = new Findings();
    for (const state of states) {
      for (const audiences of [[], [here.audience()]]) {
        const email = optedOut(here, state, audiences);
        const where = audiences.length > 0 ? 'in the audience' : 'outside the audience';
        const seeded = here.look(email)?.consent ?? 'none';
        const check = (what: string, outcome: Outcome): void => {
          const wrong = raised(here, email, seeded);
          if (wrong !== undefined) findings.add(`${what}, ${state} ${where}: ${wrong} (${told(outcome)})`);
        };
        const first = wish(here, { email });
        const one = await here.connect().upsert(first);
        check('a first sync', one);
        const previous = ledger(first, one);
        const other = here.probe.addAudience(`Other ${here.number()}`);
        check('a repeat', await here.connect().upsert({ ...first, previous }));
        check('a rewrite', await here.connect().upsert({ ...first, previous, rewrite: true }));
        const moved = { ...first.desired, tags: ['vip'], audiences: [other] };
        check(
          'a move to another audience',
          await here.connect().upsert({ ...first, desired: moved, previous }),
        );
        const observed = {
          email,
          fields: {},
          consent: 'unknown' as const,
          seenAt: new Date(here.clock.now()).toISOString(),
        };
        check('a sync after a look that said nothing', await here.connect().upsert({ ...first, observed }));
      }
    }
    findings.settle();
  },
};

const whateverFails: ConformanceCase = {
  id: 'consent-when-a-request-fails',
  title: 'Whichever request fails or times out, a failed look never counts as "not subscribed yet"',
  rule: 'consent',
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const tries: Promise<void>[] = [];
    for (const state of statesOptedOut(here)) {
      const rehearsal = here.connect();
      await rehearsal.upsert(wish(here, { email: optedOut(here, state) }));
      for (let at = 0; at < rehearsal.sent.length; at += 1) {
        for (const fault of FAULTS) {
          tries.push(
            (async () => {
              const email = optedOut(here, state);
              const before = here.look(email)?.consent ?? 'none';
              const plan = (_: unknown, index: number): string | undefined =>
                index === at ? fault : undefined;
              const outcome = await here.connect({ fault: plan }).upsert(wish(here, { email }));
              const wrong = raised(here, email, before);
              if (wrong === undefined) return;
              findings.add(`${state}, request ${at + 1} meets ${fault}: ${wrong} (${told(outcome)})`);
            })(),
          );
        }
      }
    }
    await Promise.all(tries);
    findings.settle();
  },
};

const inBulk: ConformanceCase = {
  id: 'consent-in-bulk',
  title: 'Bulk calls raise no consent either, also when one of their requests fails',
  rule: 'consent',
  appliesTo: ({ capabilities }, { provider }) =>
    capabilities.bulk === undefined || provider.upsertContacts === undefined
      ? 'There is no bulk call for contacts.'
      : true,
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const crowd = (): readonly { readonly email: string; readonly before: EmulatedConsent }[] =>
      statesOptedOut(here).flatMap((state) =>
        [[], [here.audience()]].map((audiences) => {
          const email = optedOut(here, state, audiences);
          return { email, before: here.look(email)?.consent ?? 'none' };
        }),
      );
    const rehearsal = here.connect();
    const attempt = async (fault: string | undefined, at: number): Promise<void> => {
      const people = crowd();
      const subscriber = wish(here);
      const plan = (_: unknown, index: number): string | undefined => (index === at ? fault : undefined);
      const connection = fault === undefined ? rehearsal : here.connect({ fault: plan });
      await connection.upsertMany([subscriber, ...people.map(({ email }) => wish(here, { email }))]);
      for (const { email, before } of people) {
        const wrong = raised(here, email, before);
        if (wrong !== undefined) findings.add(`${fault ?? 'no fault'} at request ${at + 1}: ${wrong}`);
      }
    };
    await attempt(undefined, 0);
    for (let at = 0; at < rehearsal.sent.length; at += 1) {
      for (const fault of FAULTS) await attempt(fault, at);
    }
    findings.settle();
  },
};

const otherCalls: ConformanceCase = {
  id: 'consent-of-other-calls',
  title: 'Neither an event nor taking back changes anybody’s consent',
  rule: 'consent',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    for (const state of [...statesOptedOut(here), 'subscribed' as const]) {
      const email = optedOut(here, state, [here.audience()]);
      const first = wish(here, { email });
      const outcome = await here.connect().upsert(first);
      const before = here.look(email)?.consent ?? 'none';
      if (manifest.capabilities.events !== 'none') await here.connect().track(happening(here, email));
      findings.unless((here.look(email)?.consent ?? 'none') === before, `an event changed ${before}`);
      await here.connect().remove({ contactId: first.contactId, previous: ledger(first, outcome) });
      const after = here.look(email)?.consent ?? 'none';
      findings.unless(
        after === before || (before !== 'subscribed' && after === 'none'),
        `taking back made ${before} into ${after}`,
      );
    }
    findings.settle();
  },
};

const subscribers: ConformanceCase = {
  id: 'consent-of-subscribers',
  title: 'Whoever is subscribed stays subscribed, and a new contact gets the consent that the manifest says',
  rule: 'consent',
  proves: claimsAbout('consent:'),
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const email = here.address();
    here.probe.seed({ email, consent: 'subscribed', audiences: [here.audience()] });
    must(here.look(email)?.consent === 'subscribed', 'the emulator did not seed a subscriber');
    await landed(here, wish(here, { email }), 'a subscriber');
    must(
      here.look(email)?.consent === 'subscribed',
      `a subscriber became ${String(here.look(email)?.consent)}`,
    );

    const fresh = wish(here);
    const outcome = await here.connect().upsert(fresh);
    must(isSuccess(outcome), `a new contact came to ${told(outcome)}`);
    const consent = here.look(fresh.desired.email)?.consent;
    if (manifest.capabilities.consent === 'subscribed_on_create') {
      must(
        consent === 'subscribed' || consent === 'pending',
        `the manifest says that a new contact is subscribed, and it is ${String(consent)}`,
      );
    }
    if (manifest.capabilities.consent === 'untouched') {
      const seeded = here.address();
      here.probe.seed({ email: seeded });
      const bare = bareWish(here, here.address());
      await here.connect().upsert(bare);
      const own = here.look(seeded)?.consent;
      must(
        here.look(bare.desired.email)?.consent === own,
        `the manifest says that consent is left alone, and a new contact has ${String(here.look(bare.desired.email)?.consent)} where the vendor gives ${String(own)}`,
      );
    }
  },
};

export const CONSENT_CASES = [never, whateverFails, inBulk, otherCalls, subscribers];
