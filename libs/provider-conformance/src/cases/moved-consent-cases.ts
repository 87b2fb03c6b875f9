import type { ContactChange, EmulatedConsent, Outcome } from '@rekomi/provider-contract';
import { Findings } from '../checks.js';
import type { ConformanceCase } from '../conformance-case.js';
import { told } from '../landing.js';
import { next, wish } from '../people.js';
import type { Stage } from '../stage.js';
import { statesOptedOut } from './consent-cases.js';

/** Also what was applied while its answer was lost: the next try then begins in the middle. */
const FAULTS = ['500', 'apply-then-reset', '429'];

/** Somebody whose address changed after they had opted out. */
interface Mover {
  readonly words: string;
  readonly change: ContactChange;
  /** In words, when the vendor's copy of the new address may be written to now and nobody asked for it. */
  readonly raised: () => string | undefined;
}

interface Circumstances {
  /** `left`: only the audience that we put them into, with everything else as it was. */
  readonly state: EmulatedConsent | 'left';
  /** Whether they opted out before we first wrote them, or of what we had put them into. */
  readonly when: 'before us' | 'after us';
  /** Whether the new address is at the vendor already. */
  readonly taken: boolean;
}

/**
 * A bounce is the address's and no decision: a new address is what mends it. Whoever is at the vendor under the new address
 * has a state of their own, so they have opted out themselves here.
 */
function circumstances(stage: Stage): readonly Circumstances[] {
  const decisions = statesOptedOut(stage).filter((state) => state !== 'bounced');
  return [
    ...decisions.flatMap((state) =>
      (['before us', 'after us'] as const).flatMap((when) =>
        [false, true].map((taken) => ({ state, when, taken })),
      ),
    ),
    ...(stage.probe.leave === undefined
      ? []
      : [{ state: 'left' as const, when: 'after us' as const, taken: false }]),
  ];
}

/**
 * Puts somebody there, lets them opt out, and changes their address on our side.
 *
 * @returns undefined when nothing at all was written of them: then nobody knows them under the new address.
 */
async function mover(here: Stage, { state, when, taken }: Circumstances): Promise<Mover | undefined> {
  const first = wish(here);
  const from = first.desired.email;
  const optOut = (email: string): void => {
    if (state === 'left') here.probe.leave?.(email, here.audience());
    else here.probe.seed({ email, consent: state, audiences: [here.audience()] });
  };
  if (when === 'before us') optOut(from);
  const outcome = await here.connect().upsert(first);
  if (outcome.written === undefined) return undefined;
  // What we wrote is applied before they decide otherwise.
  here.probe.settle();
  if (when === 'after us') optOut(from);
  const before = here.look(from)?.consent ?? 'none';
  const to = here.address();
  if (taken) optOut(to);
  const isOpen = (email: string): boolean => {
    const { consent = 'none', audiences = [] } = here.look(email) ?? {};
    const mayBeWritten = consent === 'subscribed' || consent === 'pending';
    return mayBeWritten && (state !== 'left' || audiences.includes(here.audience()));
  };
  return {
    words: `${state} ${when}, moved to ${taken ? 'an address that is there' : 'a new address'}`,
    change: next(first, outcome, { email: to }),
    raised: () => {
      const where = isOpen(to) ? 'new' : isOpen(from) ? 'old' : undefined;
      return where === undefined ? undefined : `${before} became subscribed under the ${where} address`;
    },
  };
}

/** What the engine does next: the same wish from what the ledger then holds, and once more in full. */
async function settled(here: Stage, change: ContactChange, outcome: Outcome): Promise<Outcome> {
  const again = next(change, outcome);
  const second = await here.connect().upsert(again);
  return here.connect().upsert({ ...next(again, second), rewrite: true });
}

const movesAlong: ConformanceCase = {
  id: 'consent-moves-along',
  title: 'Whoever opted out and then changed their address is not subscribed under the new one',
  rule: 'consent',
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    for (const one of circumstances(here)) {
      const person = await mover(here, one);
      if (person === undefined) continue;
      const { words, change, raised } = person;
      const outcome = await here.connect().upsert(change);
      const wrong = raised();
      if (wrong !== undefined) findings.add(`${words}: ${wrong} (${told(outcome)})`);
      const later = await settled(here, change, outcome);
      const after = wrong ?? raised();
      if (wrong === undefined && after !== undefined)
        findings.add(`${words}, synced again: ${after} (${told(later)})`);
    }
    findings.settle();
  },
};

const whateverFails: ConformanceCase = {
  id: 'consent-moves-along-when-a-request-fails',
  title: 'A change of address that breaks off and is tried again subscribes nobody who had opted out',
  rule: 'consent',
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const tries: Promise<void>[] = [];
    for (const one of circumstances(here)) {
      const person = await mover(here, one);
      if (person === undefined) continue;
      const rehearsal = here.connect();
      await rehearsal.upsert(person.change);
      for (let at = 0; at < rehearsal.sent.length; at += 1) {
        for (const fault of FAULTS) {
          tries.push(
            (async () => {
              const again = await mover(here, one);
              if (again === undefined) return;
              const { words, change, raised } = again;
              const plan = (_: unknown, index: number): string | undefined =>
                index === at ? fault : undefined;
              const outcome = await here.connect({ fault: plan }).upsert(change);
              await settled(here, change, outcome);
              const wrong = raised();
              if (wrong !== undefined)
                findings.add(`${words}, request ${at + 1} meets ${fault}: ${wrong} (${told(outcome)})`);
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
  id: 'consent-moves-along-in-bulk',
  title: 'Bulk calls subscribe nobody under a new address either',
  rule: 'consent',
  appliesTo: ({ capabilities }, { provider }) =>
    capabilities.bulk === undefined || provider.upsertContacts === undefined
      ? 'There is no bulk call for contacts.'
      : true,
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const movers: Mover[] = [];
    for (const one of circumstances(here)) movers.push(...[(await mover(here, one)) ?? []].flat());
    const changes = [wish(here), ...movers.map(({ change }) => change)];
    const outcomes = await here.connect().upsertAll(changes);
    for (const [index, { words, change, raised }] of movers.entries()) {
      const outcome = outcomes[index + 1] as Outcome;
      const wrong = raised();
      if (wrong !== undefined) findings.add(`${words}: ${wrong} (${told(outcome)})`);
      else {
        await here.connect().upsertAll([next(change, outcome)]);
        const after = raised();
        if (after !== undefined) findings.add(`${words}, synced again: ${after}`);
      }
    }
    findings.settle();
  },
};

export const MOVED_CONSENT_CASES = [movesAlong, whateverFails, inBulk];
