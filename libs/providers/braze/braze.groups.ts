import {
  audienceMissing,
  isObject,
  unknownAnswer,
  wayFailure,
  type AudiencePage,
  type Failure,
  type Journey,
  type ProviderAccess,
  type Steps,
  type Warning,
} from '@rekomi/provider-contract';
import { ask } from './braze.api.js';
import { groupsIn } from './braze.mapping.js';
import { carriedBy, type Joining, type Passenger } from './braze.passengers.js';
import { exportUsers } from './braze.people.js';

/** People in one call. https://www.braze.com/docs/api/endpoints/subscription_groups/, 2026-11. */
const PEOPLE_PER_CALL = 50;

/** Braze has no call that lists its groups; these are the ones that the connection names. */
export function listGroups(access: ProviderAccess): AudiencePage {
  const named = access.hint('subscriptionGroups');
  return named === undefined
    ? { kind: 'misconfigured', code: 'credential_missing', setting: 'subscriptionGroups' }
    : { kind: 'page', audiences: groupsIn(named) };
}

/**
 * Joining a group is an opt-in, so everybody is looked at first: in the group itself, and where nothing is decided
 * there, whether the address opted out of everything or is not known at all.
 */
export async function lookAtAll(journey: Journey, passengers: readonly Passenger[]): Promise<void> {
  const { access } = journey;
  const pairs = passengers.flatMap((one) => one.plan.groups.add.map((group) => ({ one, group })));
  await journey.eachOf(
    pairs,
    ({ one }) => one,
    async ({ one, group }) => lookInGroup(access, one, group),
  );
  const undecided = passengers.filter(
    ({ joinings, left, progress }) =>
      wayFailure(progress.failure) === undefined &&
      (left !== undefined || [...joinings.values()].includes('undecided')),
  );
  await journey.each(undecided, (one) => lookAtAddress(access, one));
}

async function lookInGroup(access: ProviderAccess, one: Passenger, group: string): Promise<Steps> {
  const reading = await statesIn(access, one.plan.email, group);
  if (reading.kind === 'gone') return { failure: reading.failure };
  if (reading.kind === 'failed') {
    // Without the right to look nobody joins; everything else goes on.
    if (reading.failure.code !== 'right_missing') return { failure: reading.failure };
    one.joinings.set(group, 'unknown');
    return {};
  }
  const { states } = reading;
  const joining: Joining = states.includes('unsubscribed')
    ? 'opted_out'
    : states.length > 0 && states.every((state) => state === 'subscribed')
      ? 'there'
      : states.every((state) => ['subscribed', 'unknown'].includes(state))
        ? 'undecided'
        : 'unknown';
  one.joinings.set(group, joining);
  return {};
}

type GroupStates =
  | { readonly kind: 'states'; readonly states: readonly string[] }
  | { readonly kind: 'gone'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Where the users with an address stand in a group, in lower case. */
async function statesIn(access: ProviderAccess, email: string, group: string): Promise<GroupStates> {
  const reading = await ask(access, {
    family: 'others',
    method: 'GET',
    path: '/subscription/status/get',
    query: { subscription_group_id: group, email },
    harmless: true,
  });
  // Which status and words a group that is gone gets is not documented.
  if (reading.kind === 'declined') return { kind: 'gone', failure: audienceMissing(reading) };
  if (reading.kind === 'failed') return { kind: 'failed', failure: reading.failure };
  const { status } = reading.body;
  return isObject(status)
    ? { kind: 'states', states: Object.values(status).map((state) => String(state).toLowerCase()) }
    : { kind: 'failed', failure: unknownAnswer(reading.status) };
}

async function lookAtAddress(access: ProviderAccess, one: Passenger): Promise<Steps> {
  const finding = await exportUsers(access, one.plan.email, ['email', 'email_subscribe']);
  if (finding.kind === 'failed' && finding.failure.code !== 'right_missing') return finding;
  const users = finding.kind === 'failed' ? undefined : finding.users;
  const states = users?.map(({ email_subscribe: state }) => String(state ?? 'unknown').toLowerCase());
  const joining: Joining =
    states === undefined
      ? 'unknown'
      : states.length === 0
        ? 'new'
        : states.includes('unsubscribed')
          ? 'opted_out'
          : states.every((state) => ['subscribed', 'opted_in'].includes(state))
            ? 'set'
            : 'unknown';
  if (states !== undefined) one.nobody = states.length === 0;
  const { all, groups } = carriedBy(one);
  for (const [group, before] of one.joinings) {
    if (before !== 'undecided') continue;
    one.joinings.set(group, all || groups.includes(group) ? 'opted_out' : joining);
  }
  return {};
}

/**
 * Looks at what people opted out of under addresses that they leave: a user who is made for the new one would be subscribed
 * by Braze's own rule. Who may not be looked at at all begins unsubscribed: a missing look never says "subscribed".
 */
export async function lookAtLeft(journey: Journey, passengers: readonly Passenger[]): Promise<void> {
  const { access } = journey;
  await journey.each(passengers, async (one) => {
    const email = one.plan.moveFrom?.email ?? '';
    const finding = await exportUsers(access, email, ['email', 'email_subscribe']);
    if (finding.kind === 'failed') {
      if (finding.failure.code !== 'right_missing') return unseen(finding.failure);
      one.left = 'unseen';
      const detail = `The key may not look whether somebody opted out under ${email}, so the person begins unsubscribed under the new address.`;
      return { warnings: [{ code: 'consent_not_raised', detail }] };
    }
    const all = finding.users.some(
      ({ email_subscribe: state }) => String(state ?? '').toLowerCase() === 'unsubscribed',
    );
    const groups: string[] = [];
    for (const group of one.plan.groups.add) {
      const states = await statesIn(access, email, group);
      if (states.kind === 'failed' && states.failure.code !== 'right_missing') return unseen(states.failure);
      // A group that is gone is told by the look at the new address.
      if (states.kind === 'states' && states.states.includes('unsubscribed')) groups.push(group);
    }
    if (all || groups.length > 0) one.left = { all, groups };
    return {};
  });
}

/** Nothing is written before it is known whether somebody opted out, unless the key may not know. */
function unseen(failure: Failure): Steps {
  if (failure.code === 'right_missing') return {};
  return { failure: failure.kind === 'refused' ? unknownAnswer(failure.status ?? 200) : failure };
}

export function groupsOf({ joinings }: Passenger, joining: Joining): readonly string[] {
  return [...joinings].flatMap(([group, one]) => (one === joining ? [group] : []));
}

/** Everybody who is there and undecided joins, 50 with one request; what was seen or left out is told. */
export async function joinAll(journey: Journey, passengers: readonly Passenger[]): Promise<void> {
  for (const one of passengers) journey.add(one, toldOf(one));
  const groups = new Set(passengers.flatMap((one) => groupsOf(one, 'set')));
  for (const group of groups) {
    const joiners = passengers.filter(({ joinings }) => joinings.get(group) === 'set');
    for (let start = 0; start < joiners.length; start += PEOPLE_PER_CALL) {
      const part = joiners.slice(start, start + PEOPLE_PER_CALL);
      await journey.together(part, () => join(journey.access, group, part));
    }
  }
}

async function join(access: ProviderAccess, group: string, part: readonly Passenger[]): Promise<Steps> {
  const emails = [...new Set(part.map(({ plan }) => plan.email))];
  const reading = await ask(access, {
    family: 'groups',
    method: 'POST',
    path: '/v2/subscription/status/set',
    json: {
      subscription_groups: [{ subscription_group_id: group, subscription_state: 'subscribed', emails }],
    },
    harmless: false,
  });
  if (reading.kind === 'failed') return { failure: reading.failure };
  if (reading.kind === 'declined') return { failure: audienceMissing(reading) };
  return reading.errors.length === 0
    ? { written: { audiencesJoined: [group] } }
    : { failure: unknownAnswer(reading.status) };
}

/** The groups that somebody is in anyway, those they are kept out of, and those they cannot be taken out of. */
function toldOf(one: Passenger): Steps {
  const there = [...groupsOf(one, 'there'), ...groupsOf(one, 'new')];
  const warnings: readonly Warning[] = [
    ...groupsOf(one, 'opted_out').map(() => ({
      code: 'consent_not_raised' as const,
      detail: 'The person opted out at Braze and was not put into the subscription group.',
    })),
    ...[...groupsOf(one, 'unknown'), ...groupsOf(one, 'undecided')].map(() => ({
      code: 'consent_not_raised' as const,
      detail:
        'Braze did not show whether the person opted out, so they were not put into the subscription group.',
    })),
    ...leftInPlace(one.plan.groups.remove),
  ];
  return { ...(there.length === 0 ? {} : { written: { audiencesJoined: there } }), warnings };
}

/** Leaving a group is an unsubscription at Braze, and nobody is unsubscribed by us. */
export function leftInPlace(groups: readonly string[]): readonly Warning[] {
  return groups.map((group) => ({
    code: 'left_in_place' as const,
    detail: `The person stays in the subscription group ${group}: leaving it would be an unsubscription.`,
  }));
}
