import { ERROR_CODES, isErrorCode } from '@rekomi/provider-contract';

import type { ConnectionState } from '../connections/index.js';
import type { Membership } from '../ports.js';

/** What is known of one person at one connection. Times are ISO 8601, UTC. */
export interface PersonFacts {
  readonly connection: {
    readonly label: string;
    readonly state: ConnectionState;
    readonly stateCode?: string;
    readonly stateSince: string;
    readonly blockedUntil?: string;
  };
  /** The campaigns this person is enrolled in, and whether each goes to this connection. */
  readonly enrolments: readonly {
    readonly campaign: string;
    readonly status: Membership['status'];
    readonly goesHere: boolean;
  }[];
  /** The connection's first sync leaves this person out. */
  readonly leftOut?: true;
  readonly ledger?: {
    readonly present: boolean;
    readonly state: string;
    readonly code?: string;
    readonly detail?: string;
    readonly since?: string;
    readonly confirmed: boolean;
    /** Whether it is going to be, or cannot be, read back; of what is not confirmed. */
    readonly readBack?: 'owed' | 'impossible';
  };
  readonly lane?: {
    readonly heldCode?: string;
    readonly inHand: boolean;
    readonly attempts: number;
    readonly lastCode?: string;
    readonly nextAttemptAt?: string;
    readonly waitingContacts: number;
    readonly waitingEvents: number;
  };
}

/** Where a person stands at a connection, in one word. */
export type Standing =
  | 'present'
  | 'queued'
  | 'sending'
  | 'retrying'
  | 'held'
  | 'waiting'
  | 'refused'
  | 'removing'
  | 'not_desired'
  | 'left_out'
  | 'absent'
  | 'disconnected';

export interface Explanation {
  readonly standing: Standing;
  /** Answers "why is this person (not) in that list?" in a sentence or two. */
  readonly text: string;
}

/** Pure: the same facts give the same words. */
export function explain(facts: PersonFacts): Explanation {
  const { connection, lane, ledger } = facts;
  const present = ledger?.present === true;
  if (connection.state === 'disabled') {
    return {
      standing: 'disconnected',
      text:
        `${connection.label} was disconnected on ${day(connection.stateSince)}, so nothing is sent there.` +
        (present ? ' What we had written before is still there.' : ''),
    };
  }
  const here = connection.state === 'disconnecting' ? [] : facts.enrolments.filter((one) => one.goesHere);
  const wanted = here.some((one) => one.status === 'approved');
  if (!wanted && present) {
    const why =
      connection.state === 'disconnecting' ? `${connection.label} is being disconnected` : unwanted(facts);
    return lane === undefined
      ? {
          standing: 'present',
          text: `Still in ${connection.label}, although ${lowered(why)}; what we wrote could not be taken back.`,
        }
      : {
          standing: 'removing',
          text: `${why}, so what we wrote to ${connection.label} is being taken back.${obstacle(facts)}`,
        };
  }
  if (!wanted)
    return { standing: 'not_desired', text: `Not in ${connection.label}: ${lowered(unwanted(facts))}.` };
  if (lane !== undefined) return pending(facts, lane, present);
  if (present) return { standing: 'present', text: `${since(facts)}${unsure(facts)}` };
  if (facts.leftOut === true)
    return { standing: 'left_out', text: `Not in ${connection.label}: ${lowered(reason('left_out'))}` };
  if (ledger !== undefined) {
    return {
      standing:
        ledger.state === 'refused' || ledger.state === 'ignored' || ledger.state === 'expired'
          ? 'refused'
          : 'absent',
      text: `Not in ${connection.label}: ${reason(ledger.code, ledger.detail)}`,
    };
  }
  return {
    standing: 'absent',
    text: `Not in ${connection.label}: nothing was ever queued for this person. Saving the campaign’s destination again queues them.`,
  };
}

function pending(facts: PersonFacts, lane: NonNullable<PersonFacts['lane']>, present: boolean): Explanation {
  const { connection } = facts;
  const begin = present ? `${since(facts)} A newer change` : `Not in ${connection.label} yet: the contact`;
  if (lane.heldCode !== undefined) {
    const behind = lane.waitingEvents === 0 ? '' : ` ${events(lane.waitingEvents)} behind this failure.`;
    return { standing: 'held', text: `${begin} is held. ${reason(lane.heldCode)}${behind}` };
  }
  if (['paused', 'auth_error', 'needs_attention'].includes(connection.state)) {
    return { standing: 'waiting', text: `${begin} waits.${obstacle(facts)}` };
  }
  if (lane.inHand) return { standing: 'sending', text: `${begin} is being sent right now.` };
  if (lane.attempts > 0 || lane.lastCode !== undefined) {
    const next = lane.nextAttemptAt === undefined ? '' : ` The next try is at ${moment(lane.nextAttemptAt)}.`;
    const tries =
      lane.attempts === 0
        ? ''
        : ` after ${lane.attempts} ${lane.attempts === 1 ? 'try' : 'tries'} that failed`;
    return { standing: 'retrying', text: `${begin} is sent again${tries}. ${reason(lane.lastCode)}${next}` };
  }
  if (connection.blockedUntil !== undefined) {
    return {
      standing: 'retrying',
      text: `${begin} waits until ${moment(connection.blockedUntil)}, because the vendor asks for patience.`,
    };
  }
  if (present && lane.waitingContacts === 0) {
    return {
      standing: 'present',
      text: `${since(facts)} ${lane.waitingEvents === 1 ? '1 event is' : `${lane.waitingEvents} events are`} queued.`,
    };
  }
  return { standing: present ? 'present' : 'queued', text: `${begin} is queued.` };
}

const NOT_APPROVED: Readonly<Record<Membership['status'], string>> = {
  invited: 'has invited this person, who did not accept yet',
  applied: 'waits for a decision',
  approved: 'has approved this person',
  rejected: 'was rejected',
  archived: 'was archived',
};

function unwanted(facts: PersonFacts): string {
  const { connection } = facts;
  if (facts.enrolments.length === 0) return 'This person is not enrolled in any campaign';
  const here = facts.enrolments.filter((one) => one.goesHere);
  if (here.length === 0) {
    const approved = facts.enrolments
      .filter((one) => one.status === 'approved')
      .map((one) => `“${one.campaign}”`);
    return approved.length === 0
      ? 'This person is not approved for any campaign, and none of theirs goes there'
      : `${approved.join(', ')} ${approved.length === 1 ? 'has' : 'have'} no destination in ${connection.label}`;
  }
  const words = here.map((one) => `“${one.campaign}” ${NOT_APPROVED[one.status]}`);
  return `This person is not approved for any campaign that goes there (${words.join(', ')})`;
}

function obstacle({ connection }: PersonFacts): string {
  switch (connection.state) {
    case 'paused':
      return ` ${connection.label} is paused since ${day(connection.stateSince)}; it goes on when somebody resumes it.`;
    case 'auth_error':
    case 'needs_attention':
      return ` ${connection.label} stopped on ${day(connection.stateSince)}. ${reason(connection.stateCode)}`;
    default:
      return '';
  }
}

function since({ connection, ledger }: PersonFacts): string {
  return `In ${connection.label}${ledger?.since === undefined ? '' : ` since ${moment(ledger.since)}`}.`;
}

function unsure({ ledger }: PersonFacts): string {
  if (ledger === undefined) return '';
  if (ledger.code !== undefined && ledger.state !== 'delivered' && ledger.state !== 'unchanged') {
    return ` The latest change did not get in. ${reason(ledger.code, ledger.detail)}`;
  }
  if (ledger.confirmed) return '';
  if (ledger.readBack === 'owed') return ' The vendor accepted it; it is going to be read back.';
  return ledger.readBack === 'impossible'
    ? ' The vendor accepted it; this vendor cannot be read back.'
    : ' The vendor accepted it; it was not read back.';
}

function reason(code: string | undefined, detail?: string): string {
  const more = detail === undefined || detail === '' ? '' : ` The vendor’s words: ${detail}`;
  if (code === undefined || !isErrorCode(code)) return `${code ?? 'The reason was not recorded.'}${more}`;
  const { title, fix } = ERROR_CODES[code];
  return `${title}. ${fix}${more}`;
}

function events(count: number): string {
  return count === 1 ? '1 event waits' : `${count} events wait`;
}

function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
