import type { Journey, Warning } from '@rekomi/provider-contract';
import { changeMembership, MEMBERS_PER_LOOK, membersAmong, optInOf, subscribe } from './klaviyo.lists.js';
import { joiningOf, marketingOf, type Joining, type Marketing } from './klaviyo.mapping.js';
import type { Passenger, Progress } from './klaviyo.passengers.js';

/** Profiles in one membership call or subscription job. */
const PROFILES_PER_CALL = 1000;

/** Puts everybody into their lists: one request for all who join the same list in the same way. */
export async function joinAll(journey: Journey<Progress>, passengers: readonly Passenger[]): Promise<void> {
  for (const [list, joiners] of byList(passengers, 'add')) {
    const there = await lookAmong(journey, list, joiners);
    const ready = joiners.filter(({ progress }) => progress.failure === undefined);
    const ways = new Map<
      string,
      { readonly way: Joining; readonly isThere: boolean; readonly all: Passenger[] }
    >();
    for (const one of ready) {
      const way = joiningOf(decisionOf(one), list, journey.access.settings);
      const isThere = there.has(one);
      const group = ways.get(`${way} ${String(isThere)}`) ?? { way, isThere, all: [] };
      group.all.push(one);
      ways.set(`${way} ${String(isThere)}`, group);
    }
    for (const { way, isThere, all } of ways.values()) {
      for (const part of chunks(all, PROFILES_PER_CALL))
        await journey.together(part, () => join(journey, way, list, { part, isThere }));
    }
  }
}

/**
 * Looks who of those that were at the vendor before is in the list already: that membership is the merchant's. Told before
 * anybody joins, so that it is known as well when the end of that is not.
 */
async function lookAmong(
  journey: Journey<Progress>,
  list: string,
  joiners: readonly Passenger[],
): Promise<ReadonlySet<Passenger>> {
  const there = new Set<Passenger>();
  const asked = joiners.filter(({ fresh, plan }) => fresh !== true && !plan.joined.includes(list));
  for (const part of chunks(asked, MEMBERS_PER_LOOK)) {
    let ids: ReadonlySet<string> = new Set();
    await journey.together(part, async () => {
      const emails = [...new Set(part.map(({ plan }) => plan.email))];
      const seen = await membersAmong(journey.access, list, emails);
      if (seen.kind === 'failed') return { failure: seen.failure };
      ids = seen.ids;
      return {};
    });
    for (const one of part.filter(({ profile }) => ids.has(profile?.id ?? ''))) {
      there.add(one);
      journey.add(one, { written: { audiencesFound: [list] } });
    }
  }
  return there;
}

/** An unsubscription that was taken a moment ago may not show yet. */
function decisionOf({ left, profile }: Passenger): Marketing {
  const shown = marketingOf(profile ?? {});
  return left !== undefined && shown.consent === 'NEVER_SUBSCRIBED' ? left : shown;
}

export async function leaveAll(journey: Journey<Progress>, passengers: readonly Passenger[]): Promise<void> {
  for (const [list, all] of byList(passengers, 'remove')) {
    for (const part of chunks(all, PROFILES_PER_CALL)) {
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
  { part, isThere }: { readonly part: readonly Passenger[]; readonly isThere: boolean },
): Promise<Progress> {
  const joined: Progress = isThere ? {} : { written: { audiencesJoined: [list] } };
  if (way === 'subscribe') {
    const optIn = await optInOf(access, list);
    if (optIn.kind === 'failed') return { failure: optIn.failure };
    const people = part.map(({ plan, profile }) => ({ id: profile?.id ?? '', email: plan.email }));
    const failure = await subscribe(access, list, people);
    if (failure !== undefined) return { failure };
    // Remembered as done even before the person confirms: asking again would send another mail.
    const asked: Progress = { ...joined, later: true };
    const detail = 'Klaviyo asks the person by mail; they join when they confirm.';
    return optIn.double ? { ...asked, warnings: [{ code: 'confirmation_pending', detail }] } : asked;
  }
  const why = WHY[way];
  const warnings: readonly Warning[] = why === undefined ? [] : [{ code: 'consent_not_raised', detail: why }];
  if (way === 'skip' || isThere) return { warnings };
  const failure = await changeMembership(access, 'POST', list, idsOf(part));
  return failure === undefined ? { ...joined, warnings } : { failure };
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

function chunks(passengers: readonly Passenger[], size: number): readonly (readonly Passenger[])[] {
  const count = Math.ceil(passengers.length / size);
  return Array.from({ length: count }, (_, index) => passengers.slice(index * size, (index + 1) * size));
}
