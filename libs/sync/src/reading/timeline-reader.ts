import type { Tenancy } from '@rekomi/database';
import type { Warning, WrittenContact } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { AttemptView } from './attempt-view.js';
import { deliveriesQuery } from './delivery-query.js';
import { deliveryView, type DeliveryRow, type DeliveryView } from './delivery-view.js';
import { explain, type Explanation, type PersonFacts } from './explanation.js';
import type { Membership, MembershipReader } from '../ports.js';
import { selectAttempts } from './select-attempts.js';
import { STANDINGS, type StandingRow } from './standing-query.js';

/** One person at one connection. Times are ISO 8601, UTC. */
export interface PersonAtConnection {
  readonly connectionId: string;
  readonly label: string;
  readonly provider: string;
  readonly connectionState: string;
  readonly present: boolean;
  /** When the first write succeeded, as far as history reaches back. */
  readonly since?: string;
  readonly explanation: Explanation;
  /** The error code behind it, if any. */
  readonly code?: string;
  /** What we wrote there: the vendor's field names, tags, audience ids. */
  readonly written?: WrittenContact;
  readonly warnings: readonly Warning[];
  readonly writtenAt?: string;
  readonly confirmedAt?: string;
  readonly waiting: { readonly contacts: number; readonly events: number };
  readonly nextAttemptAt?: string;
}

export interface TimelineEntry extends DeliveryView {
  readonly attemptLog: readonly AttemptView[];
}

export interface Timeline {
  readonly email: string;
  readonly connections: readonly PersonAtConnection[];
  /** Newest first. */
  readonly deliveries: readonly TimelineEntry[];
}

/** Answers what became of one person, connection by connection. */
export class TimelineReader {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly memberships: MembershipReader,
    /** Whether a vendor, by its slug, can be asked about one contact. */
    private readonly canBeRead: (provider: string) => boolean = () => true,
  ) {}

  /** Undefined for an unknown affiliate, and for another organisation's. */
  async read(
    organizationId: string,
    affiliateId: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<Timeline | undefined> {
    return this.tenancy.run(organizationId, async (tx) => {
      const person = await this.memberships.read(tx, organizationId, affiliateId);
      if (person === undefined) return undefined;
      const standings: StandingRow[] = await tx.query(STANDINGS, [organizationId, affiliateId]);
      return {
        email: person.email,
        connections: standings.map((row) =>
          personAtConnection(row, person.memberships, this.canBeRead(row.provider)),
        ),
        deliveries: await entries(tx, organizationId, affiliateId, page),
      };
    });
  }
}

async function entries(
  tx: EntityManager,
  organizationId: string,
  contactId: string,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly TimelineEntry[]> {
  const { sql, parameters } = deliveriesQuery(organizationId, { contactId }, page);
  const rows: DeliveryRow[] = await tx.query(sql, [...parameters]);
  const attempts = await selectAttempts(
    tx,
    organizationId,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({ ...deliveryView(row), attemptLog: attempts.get(row.id) ?? [] }));
}

function personAtConnection(
  row: StandingRow,
  memberships: readonly Membership[],
  canBeRead: boolean,
): PersonAtConnection {
  const facts = factsOf(row, memberships, canBeRead);
  const code = row.held_code ?? row.last_code ?? row.ledger_code ?? undefined;
  return {
    connectionId: row.id,
    label: row.label,
    provider: row.provider,
    connectionState: row.state,
    present: facts.ledger?.present ?? false,
    ...(facts.ledger?.since === undefined ? {} : { since: facts.ledger.since }),
    explanation: explain(facts),
    ...(code === undefined ? {} : { code }),
    ...(row.written === null ? {} : { written: row.written }),
    warnings: row.warnings ?? [],
    ...(row.written_at === null ? {} : { writtenAt: row.written_at.toISOString() }),
    ...(row.confirmed_at === null ? {} : { confirmedAt: row.confirmed_at.toISOString() }),
    waiting: { contacts: Number(row.waiting_contacts), events: Number(row.waiting_events) },
    ...(facts.lane?.nextAttemptAt === undefined ? {} : { nextAttemptAt: facts.lane.nextAttemptAt }),
  };
}

function factsOf(row: StandingRow, memberships: readonly Membership[], canBeRead: boolean): PersonFacts {
  const since = row.present === true ? (row.first_delivered_at ?? row.written_at) : null;
  return {
    connection: {
      label: row.label,
      state: row.state,
      ...(row.state_code === null ? {} : { stateCode: row.state_code }),
      stateSince: row.state_since.toISOString(),
      ...(row.blocked_until === null ? {} : { blockedUntil: row.blocked_until.toISOString() }),
    },
    enrolments: memberships.map(({ campaign, status, connectionIds }) => ({
      campaign,
      status,
      goesHere: connectionIds.includes(row.id),
    })),
    ...(row.left_out ? { leftOut: true as const } : {}),
    ...(row.present === null || row.ledger_state === null
      ? {}
      : {
          ledger: {
            present: row.present,
            state: row.ledger_state,
            ...(row.ledger_code === null ? {} : { code: row.ledger_code }),
            ...(row.ledger_detail === null ? {} : { detail: row.ledger_detail }),
            ...(since === null ? {} : { since: since.toISOString() }),
            confirmed: row.confirmed_at !== null,
            ...(row.receipt_owed
              ? { readBack: 'owed' as const }
              : canBeRead
                ? {}
                : { readBack: 'impossible' as const }),
          },
        }),
    ...(row.lane_id === null
      ? {}
      : {
          lane: {
            ...(row.held_code === null ? {} : { heldCode: row.held_code }),
            inHand: row.in_hand,
            attempts: row.attempts ?? 0,
            ...(row.last_code === null ? {} : { lastCode: row.last_code }),
            ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at.toISOString() }),
            waitingContacts: Number(row.waiting_contacts),
            waitingEvents: Number(row.waiting_events),
          },
        }),
  };
}
