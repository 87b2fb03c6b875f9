import type { CrmProvider } from '@rekomi/provider-contract';

import type { ClaimedLane } from '../core/delivery.js';
import { LaneRun } from '../core/lane-run.js';
import { staysOut } from '../core/staying-out.js';
import type { Desired } from '../ports.js';
import type { KnownContacts } from '../sql/claim.js';
import type { ActiveConnection } from './connection.js';

export interface LaneFacts {
  readonly lane: ClaimedLane;
  readonly connection: ActiveConnection;
  readonly provider: CrmProvider;
  readonly known: KnownContacts;
  readonly desired: Desired | undefined;
  readonly random: () => number;
}

/** Whether the first sync of the connection keeps this lane's contact out. */
export function isLeftOut({ contactId, pending }: ClaimedLane, known: KnownContacts): boolean {
  if (!known.leftOut.has(contactId)) return false;
  return staysOut({ pending }, known.ledger.get(contactId), known.intended.get(contactId));
}

/** Whom the first sync had left out, and does not any longer. */
export function joinedOf(lanes: readonly ClaimedLane[], known: KnownContacts): readonly string[] {
  return lanes
    .filter((lane) => known.leftOut.has(lane.contactId) && !isLeftOut(lane, known))
    .map(({ contactId }) => contactId);
}

/** The run over one lane, for a drain that sends and for a preview that shows: the same rules on the same facts. */
export function laneRunOf({ lane, connection, provider, known, desired, random }: LaneFacts): LaneRun {
  const { capabilities, writes } = provider.manifest;
  const intended = known.intended.get(lane.contactId);
  return new LaneRun({
    lane,
    ledger: known.ledger.get(lane.contactId),
    ...(intended === undefined ? {} : { intended }),
    desired: desired ?? { kind: 'absent' },
    ...(isLeftOut(lane, known) ? { leftOut: true as const } : {}),
    configVersion: connection.configVersion,
    ...(connection.defaultAudience === undefined ? {} : { defaultAudience: connection.defaultAudience }),
    connection:
      connection.state === 'disabled'
        ? 'closed'
        : connection.state === 'disconnecting'
          ? 'disconnecting'
          : 'open',
    provider: {
      canRemove: provider.removeContact !== undefined,
      events: capabilities.events !== 'none',
      dropsRepeatedEvents: capabilities.eventDedupe !== 'none',
      repeatsAmbiguousEvents:
        capabilities.eventDedupe !== 'none' || capabilities.ambiguousEvents === 'send_again',
      writes,
    },
    random,
    now: Date.now,
  });
}
