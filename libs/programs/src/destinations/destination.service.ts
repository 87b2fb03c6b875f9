import { Injectable } from '@nestjs/common';
import { SyncOutbox } from '@rekomi/sync';
import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import { CAMPAIGN_PEOPLE } from '../desired-state/connection-people.js';
import type { EnrolmentStatus } from '../entities/index.js';
import { denied, granted, type ProgramProblem, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { DEFAULT_VALUES, type DestinationInput, readDestination } from './destination-input.js';
import {
  type DestinationRow,
  type DestinationValues,
  lockConnection,
  peopleOfCampaign,
  selectDestinations,
  upsertDestination,
} from './destination-statements.js';
import { type Destination, destinationView } from './destination-view.js';
import { VendorManifests } from './vendor-manifests.js';

export interface StoredDestination {
  readonly destination: Destination;
  readonly created: boolean;
}

/** Where a campaign's affiliates go. Each change that matters sends everybody concerned once more. */
@Injectable()
export class DestinationService {
  constructor(
    private readonly outbox: SyncOutbox,
    private readonly vendors: VendorManifests,
  ) {}

  async list(work: UnitOfWork, campaign: string): Promise<ProgramResult<readonly Destination[]>> {
    const found = await findCampaign(work, campaign);
    if (!found.ok) return found;
    return granted((await selectDestinations(work, found.value.id)).map(destinationView));
  }

  async get(work: UnitOfWork, campaign: string, connectionId: string): Promise<ProgramResult<Destination>> {
    const found = await findCampaign(work, campaign);
    if (!found.ok) return found;
    const [row] = isUUID(connectionId) ? await selectDestinations(work, found.value.id, connectionId) : [];
    return row === undefined ? unknownDestination(connectionId) : granted(destinationView(row));
  }

  /** Creates or replaces; `created` tells which. */
  async put(
    work: UnitOfWork,
    campaign: string,
    connectionId: string,
    input: DestinationInput,
  ): Promise<ProgramResult<StoredDestination>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const values = await this.read(work, connectionId, input);
    if (!values.ok) return values;
    const [before] = await selectDestinations(work, found.value.id, connectionId);
    return granted(await this.store(work, found.value.id, connectionId, values.value, before));
  }

  /**
   * Reads what a new destination is to be, and holds its connection in place until the end of the transaction.
   *
   * @param body where input and connection's id stand in the body; the id is in the path unless told.
   */
  async read(
    work: UnitOfWork,
    connectionId: string,
    input: DestinationInput,
    body: { readonly pointer: string; readonly idPointer?: string } = { pointer: '#' },
  ): Promise<ProgramResult<DestinationValues>> {
    const provider = await this.#openProvider(work, connectionId, body.idPointer);
    if (!provider.ok) return provider;
    return readDestination(input, DEFAULT_VALUES, this.vendors.manifest(provider.value), body.pointer);
  }

  /** Changes what is named and keeps the rest. */
  async patch(
    work: UnitOfWork,
    campaign: string,
    connectionId: string,
    input: DestinationInput,
  ): Promise<ProgramResult<Destination>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const [before] = isUUID(connectionId) ? await selectDestinations(work, found.value.id, connectionId) : [];
    if (before === undefined) return unknownDestination(connectionId);
    const provider = await this.#openProvider(work, connectionId);
    if (!provider.ok) return provider;
    const values = readDestination(input, valuesOf(before), this.vendors.manifest(provider.value), '#');
    if (!values.ok) return values;
    const stored = await this.store(work, found.value.id, connectionId, values.value, before);
    return granted(stored.destination);
  }

  /** What was written there because of this campaign is taken back. */
  async remove(work: UnitOfWork, campaign: string, connectionId: string): Promise<ProgramResult<undefined>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const [before] = isUUID(connectionId) ? await selectDestinations(work, found.value.id, connectionId) : [];
    if (before === undefined) return unknownDestination(connectionId);
    await work.tx.query(
      `DELETE FROM campaign_destination WHERE organization_id = $1 AND campaign_id = $2 AND connection_id = $3`,
      [work.organizationId, found.value.id, connectionId],
    );
    await this.#send(work, found.value.id, connectionId, concerned(before, undefined));
    return granted(undefined);
  }

  /** Writes values that were {@link read}, in a campaign that is locked. */
  async store(
    work: UnitOfWork,
    campaignId: string,
    connectionId: string,
    values: DestinationValues,
    before?: DestinationRow,
  ): Promise<StoredDestination> {
    await upsertDestination(work, campaignId, connectionId, values);
    const [after] = await selectDestinations(work, campaignId, connectionId);
    if (after === undefined) throw new Error('A destination that was just written cannot be read.');
    if (after.enabled && before?.enabled !== true) await this.#begin(work, campaignId, connectionId);
    await this.#send(work, campaignId, connectionId, concerned(before, after));
    return { destination: destinationView(after), created: before === undefined };
  }

  /** The provider of a connection that can be sent to. */
  async #openProvider(
    work: UnitOfWork,
    connectionId: string,
    idPointer?: string,
  ): Promise<ProgramResult<string>> {
    const connection = isUUID(connectionId) ? await lockConnection(work, connectionId) : undefined;
    if (connection === undefined) {
      const pointer = idPointer === undefined ? {} : { pointer: idPointer };
      return denied({ reason: 'not_found', what: 'connection', id: connectionId, ...pointer });
    }
    const closed = connection.state === 'disconnecting' || connection.state === 'disabled';
    return closed ? denied(disconnected(idPointer ?? '#')) : granted(connection.provider);
  }

  /** People begin to go there: the connection's first sync says who of them is left out. */
  async #begin(work: UnitOfWork, campaignId: string, connectionId: string): Promise<void> {
    const { tx, organizationId } = work;
    const parameters = [organizationId, connectionId, campaignId];
    await this.outbox.beginFirstSync(tx, organizationId, connectionId, { sql: CAMPAIGN_PEOPLE, parameters });
  }

  async #send(
    work: UnitOfWork,
    campaignId: string,
    connectionId: string,
    states: readonly EnrolmentStatus[],
  ): Promise<void> {
    if (states.length === 0) return;
    const { tx, organizationId } = work;
    for await (const contactIds of peopleOfCampaign(work, campaignId, states)) {
      const leftOut = await this.outbox.leftOut(tx, organizationId, connectionId, contactIds);
      const going = contactIds.filter((contactId) => !leftOut.has(contactId));
      const items = going.map((contactId) => ({
        kind: 'contact' as const,
        connectionId,
        contactId,
        cause: 'destination_changed',
      }));
      work.hasWork(await this.outbox.record(tx, organizationId, items));
    }
  }
}

/** Whose contacts look different after a change: approved people, and invited ones where their links are written. */
function concerned(
  before: DestinationRow | undefined,
  after: DestinationRow | undefined,
): readonly EnrolmentStatus[] {
  const [was, is] = [written(before), written(after)];
  if (was === is) return [];
  const links = (row: DestinationRow | undefined): boolean => row?.enabled === true && row.invite_links;
  const onlyLinks = written(before, false) === written(after, false);
  return [
    ...(onlyLinks ? [] : (['approved'] as const)),
    ...(links(before) || links(after) ? (['invited'] as const) : []),
  ];
}

/** Everything of a destination that shows in contacts. */
function written(row: DestinationRow | undefined, withLinks = true): string {
  if (row?.enabled !== true) return '';
  const attributes = Object.entries(row.extra_attributes).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([
    row.audience_mode,
    row.audience,
    row.extra_tags,
    attributes,
    withLinks && row.invite_links,
  ]);
}

function valuesOf(row: DestinationRow): DestinationValues {
  return {
    enabled: row.enabled,
    audienceMode: row.audience_mode,
    audience: row.audience,
    audienceName: row.audience_name,
    extraTags: row.extra_tags,
    extraAttributes: row.extra_attributes,
    inviteLinks: row.invite_links,
  };
}

function unknownDestination(id: string): ProgramResult<never> {
  return denied({ reason: 'not_found', what: 'destination', id });
}

function disconnected(pointer: string): ProgramProblem {
  const detail = 'The connection was disconnected. Connect the tool again and use the new connection.';
  return { reason: 'conflict', errors: [{ pointer, code: 'connection_disconnected', detail }] };
}
