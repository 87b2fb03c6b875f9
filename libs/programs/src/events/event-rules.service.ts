import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import type { Inheritable } from '../destinations/destination-view.js';
import { denied, granted, type ProgramProblem, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import {
  completeEventRules,
  type EventRules,
  type EventRulesInput,
  readEventRules,
  type StoredEventRules,
} from './event-rules.js';
import { VendorEventNames } from './vendor-event-names.js';

interface RulesRow {
  readonly own: StoredEventRules | null;
  readonly inherited: StoredEventRules;
}

const OF_DESTINATION = `
  SELECT d.event_rules AS own, c.event_rules AS inherited
    FROM campaign_destination d
    JOIN connection c ON c.organization_id = d.organization_id AND c.id = d.connection_id
   WHERE d.organization_id = $1 AND d.campaign_id = $2 AND d.connection_id = $3`;

const SET_DESTINATION = `
  UPDATE campaign_destination SET event_rules = $4, updated_at = now()
   WHERE organization_id = $1 AND campaign_id = $2 AND connection_id = $3`;

/**
 * Which events go to which tool, and what they are called there: a default of the connection, perhaps replaced by a
 * campaign. A change holds for events that are recorded from then on; what waits to be sent keeps its name.
 */
@Injectable()
export class EventRulesService {
  constructor(private readonly names: VendorEventNames) {}

  async ofConnection(work: UnitOfWork, connectionId: string): Promise<ProgramResult<EventRules>> {
    const rows: { rules: StoredEventRules }[] = isUUID(connectionId)
      ? await work.tx.query(
          `SELECT event_rules AS rules FROM connection WHERE organization_id = $1 AND id = $2`,
          [work.organizationId, connectionId],
        )
      : [];
    const [row] = rows;
    return row === undefined
      ? denied({ reason: 'not_found', what: 'connection', id: connectionId })
      : granted(completeEventRules(row.rules));
  }

  async setOfConnection(
    work: UnitOfWork,
    connectionId: string,
    input: EventRulesInput,
  ): Promise<ProgramResult<EventRules>> {
    const found = await this.ofConnection(work, connectionId);
    if (!found.ok) return found;
    const rules = await this.#read(work, connectionId, input);
    if (!rules.ok) return rules;
    await work.tx.query(`UPDATE connection SET event_rules = $3 WHERE organization_id = $1 AND id = $2`, [
      work.organizationId,
      connectionId,
      JSON.stringify(rules.value),
    ]);
    return rules;
  }

  async ofDestination(
    work: UnitOfWork,
    campaign: string,
    connectionId: string,
  ): Promise<ProgramResult<Inheritable<EventRules>>> {
    const found = await findCampaign(work, campaign);
    if (!found.ok) return found;
    const rows: RulesRow[] = isUUID(connectionId)
      ? await work.tx.query(OF_DESTINATION, [work.organizationId, found.value.id, connectionId])
      : [];
    const [row] = rows;
    return row === undefined ? denied(noDestination(connectionId)) : granted(inheritable(row));
  }

  /** @param input null takes the campaign's own rules away: the connection's hold again. */
  async setOfDestination(
    work: UnitOfWork,
    campaign: string,
    connectionId: string,
    input: EventRulesInput | null,
  ): Promise<ProgramResult<Inheritable<EventRules>>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const before = await this.ofDestination(work, found.value.id, connectionId);
    if (!before.ok) return before;
    const rules = input === null ? granted(null) : await this.#read(work, connectionId, input);
    if (!rules.ok) return rules;
    await work.tx.query(SET_DESTINATION, [
      work.organizationId,
      found.value.id,
      connectionId,
      rules.value === null ? null : JSON.stringify(rules.value),
    ]);
    return this.ofDestination(work, found.value.id, connectionId);
  }

  /** Reads rules for a connection that is there, by what its vendor says of names. */
  async #read(
    { tx, organizationId }: UnitOfWork,
    connectionId: string,
    input: EventRulesInput,
  ): Promise<ProgramResult<EventRules>> {
    const rows: { provider: string }[] = await tx.query(
      `SELECT provider FROM connection WHERE organization_id = $1 AND id = $2`,
      [organizationId, connectionId],
    );
    const provider = rows[0]?.provider ?? '';
    return readEventRules(input, (name) => this.names.problemAt(provider, name));
  }
}

function inheritable({ own, inherited }: RulesRow): Inheritable<EventRules> {
  return {
    value: completeEventRules(own ?? inherited),
    source: own === null ? 'connection' : 'campaign',
    inherited: completeEventRules(inherited),
  };
}

function noDestination(id: string): ProgramProblem {
  return { reason: 'not_found', what: 'destination', id };
}
