import type { Journey, Warning } from '@rekomi/provider-contract';
import { changeMembership, optInOf, subscribe } from './klaviyo.lists.js';
import { joiningOf, marketingOf, type Joining, type Marketing } from './klaviyo.mapping.js';
import type { Passenger, Progress } from './klaviyo.passengers.js';

/** Profiles in one membership call or subscription job. */
const PROFILES_PER_CALL = 1000;

/** Puts everybody into their lists: one request for all who join the same list in the same way. */
export async function joinAll(journey: Journey<Progress>, passengers: readonly Passenger[]): Promise<void> {
  for (const [list, joiners] of byList(passengers, 'add')) {
    const ways = new Map<Joining, Passenger[]>();
    for (const one of joiners) {
      const way = joiningOf(decisionOf(one), list, journey.access.settings);
      ways.set(way, [...(ways.get(way) ?? []), one]);
    }
    for (const [way, all] of ways) {
      for (const part of chunks(all)) await journey.together(part, () => join(journey, way, list, part));
    }
  }
}

/** An unsubscription that was taken a moment ago may not show yet. */
function decisionOf({ left, profile }: Passenger): Marketing {
  const shown = marketingOf(profile ?? {});
  return left !== undefined && shown.consent === 'NEVER_SUBSCRIBED' ? left : shown;
}

export async function leaveAll(journey: Journey<Progress>, passengers: readonly Passenger[]): Promise<void> {
  for (const [list, all] of byList(passengers, 'remove')) {
    for (const part of chunks(all)) {
      await journey.together(part, async () => {
        const failure = await changeMembership(journey.access, 'DELETE', list, idsOf(part));
        return failure === undefined ? { written: { audiencesLeft: [list] } } : { failure };
      });
    }
  }
}

const WHY: Readonly<Partial<Record<Joining, string>>> = {
  skip: 'The person opted out at Klaviyo and was left out of the list.',
  add_opted_out: 'The person opted out at Klaviyo: they were put into the list and stay opted out.',
  add_unknown:
    'Klaviyo did not say what the person decided, so they were put into the list and not subscribed.',
};

async function join(
  { access }: Journey<Progress>,
  way: Joining,
  list: string,
  part: readonly Passenger[],
): Promise<Progress> {
  if (way === 'subscribe') {
    const optIn = await optInOf(access, list);
    if (optIn.kind === 'failed') return { failure: optIn.failure };
    const people = part.map(({ plan, profile }) => ({ id: profile?.id ?? '', email: plan.email }));
    const failure = await subscribe(access, list, people);
    if (failure !== undefined) return { failure };
    // Remembered as done even before the person confirms: asking again would send another mail.
    const asked: Progress = { written: { audiencesJoined: [list] }, later: true };
    const detail = 'Klaviyo asks the person by mail; they join when they confirm.';
    return optIn.double ? { ...asked, warnings: [{ code: 'confirmation_pending', detail }] } : asked;
  }
  const why = WHY[way];
  const warnings: readonly Warning[] = why === undefined ? [] : [{ code: 'consent_not_raised', detail: why }];
  if (way === 'skip') return { warnings };
  const failure = await changeMembership(access, 'POST', list, idsOf(part));
  return failure === undefined ? { written: { audiencesJoined: [list] }, warnings } : { failure };
}

function byList(
  passengers: readonly Passenger[],
  side: 'add' | 'remove',
): ReadonlyMap<string, readonly Passenger[]> {
  const groups = new Map<string, Passenger[]>();
  for (const one of passengers) {
    for (const list of one.plan.lists[side]) groups.set(list, [...(groups.get(list) ?? []), one]);
  }
  return groups;
}

function idsOf(passengers: readonly Passenger[]): readonly string[] {
  return [...new Set(passengers.flatMap(({ profile }) => profile?.id ?? []))];
}

function chunks(passengers: readonly Passenger[]): readonly (readonly Passenger[])[] {
  const count = Math.ceil(passengers.length / PROFILES_PER_CALL);
  return Array.from({ length: count }, (_, index) =>
    passengers.slice(index * PROFILES_PER_CALL, (index + 1) * PROFILES_PER_CALL),
  );
}
