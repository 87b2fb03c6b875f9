import type { SettledState } from '../core/delivery.js';

/** What a replay is to bring. All conditions have to hold; none means everything. */
export interface ReplayFilter {
  /**
   * `settled`: what has ended, in whatever state, and what is held. `dead_letters`: what did not arrive. `never_attempted`:
   * people who are meant to be somewhere and of whom nothing was ever written there, and events that ended untried.
   */
  readonly which: 'settled' | 'dead_letters' | 'never_attempted';
  readonly connectionIds?: readonly string[];
  readonly contactIds?: readonly string[];
  readonly deliveryIds?: readonly string[];
  readonly kind?: 'contact' | 'event';
  readonly states?: readonly (SettledState | 'held')[];
  readonly codes?: readonly string[];
  readonly eventNames?: readonly string[];
  /** Settled at or after. ISO 8601. */
  readonly from?: string;
  /** Settled before. ISO 8601. */
  readonly to?: string;
}

/** What a filter matches, as far as it matters before acting. */
export type ReplayReach = 'nothing' | 'some' | 'everything';

/** What was found, written down with the list. */
export interface ReplayPreview {
  readonly reach: ReplayReach;
  readonly counts: readonly {
    readonly kind: 'contact' | 'event';
    readonly state: string;
    readonly code: string | null;
    readonly items: number;
  }[];
  readonly connections: readonly {
    readonly id: string;
    readonly label: string;
    readonly state: string;
    readonly items: number;
  }[];
  /** Events that arrived before and would be recorded twice, because their vendor does not know an event again. */
  readonly wouldRepeat: number;
  /** What it comes to, in words. */
  readonly text: string;
}

const NUMBERS = new Intl.NumberFormat('en');

/** What a replay will do, in words. */
export function replayText({ reach, counts, connections, wouldRepeat }: Omit<ReplayPreview, 'text'>): string {
  const of = (kind: string): number =>
    counts.reduce((sum, count) => (count.kind === kind ? sum + count.items : sum), 0);
  const parts = [counted(of('contact'), 'contact'), counted(of('event'), 'event')].filter(
    (part) => part !== '',
  );
  const what = `${parts.join(' and ')} at ${counted(connections.length, 'connection')}`;
  const standing = connections.filter(({ state }) => state !== 'verified');
  const remarks = [
    ...(standing.length === 0
      ? []
      : [
          `What goes to ${standing.map(({ label }) => label).join(', ')} waits until that connection sends again.`,
        ]),
    ...(wouldRepeat === 0
      ? []
      : [
          `${counted(wouldRepeat, 'event')} arrived before and may be recorded twice: the vendor does not know an event again.`,
        ]),
  ];
  switch (reach) {
    case 'nothing':
      return 'The filter matches nothing, so nothing would be sent.';
    case 'everything':
      return [
        `The filter matches everything: ${what}. To start it all the same, send confirm: all.`,
        ...remarks,
      ].join(' ');
    case 'some':
      return [`The filter matches ${what}.`, ...remarks].join(' ');
  }
}

function counted(number: number, noun: string): string {
  return number === 0 ? '' : `${NUMBERS.format(number)} ${noun}${number === 1 ? '' : 's'}`;
}
