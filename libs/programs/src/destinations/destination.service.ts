import { Injectable } from '@nestjs/common';
import { SyncOutbox } from '@rekomi/sync';
import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import { cleanText } from '../names/clean-text.js';
import { denied, granted, type ProgramProblem, type ProgramResult } from '../program-problem.js';
import { readTags } from '../tags/tags.js';
import type { UnitOfWork } from '../unit-of-work.js';
import {
  approvedInCampaign,
  type DestinationValues,
  lockConnection,
  selectDestinations,
  upsertDestination,
} from './destination-statements.js';
import { type Destination, destinationView } from './destination-view.js';

export interface DestinationAudience {
  /** The vendor's id. */
  readonly id: string;
  readonly name?: string;
}

/** The whole of a destination: what is absent has its default. */
export interface DestinationInput {
  /** True unless told. */
  readonly enabled?: boolean;
  /** Null or absent: the connection's. */
  readonly audience?: DestinationAudience | null;
  /** Beside the system tag and the connection's. */
  readonly extraTags?: readonly string[];
}

const LONGEST_AUDIENCE = 255;

/** Where a campaign's affiliates go. Each change that matters sends everybody concerned once more. */
@Injectable()
export class DestinationService {
  constructor(private readonly outbox: SyncOutbox) {}

  async list(work: UnitOfWork, campaign: string): Promise<ProgramResult<readonly Destination[]>> {
    const found = await findCampaign(work, campaign);
    if (!found.ok) return found;
    return granted((await selectDestinations(work, found.value.id)).map(destinationView));
  }

  /** Creates or replaces; `created` tells which. */
  async put(
    work: UnitOfWork,
    campaign: string,
    connectionId: string,
    input: DestinationInput,
  ): Promise<ProgramResult<{ readonly destination: Destination; readonly created: boolean }>> {
    const values = readValues(input);
    if (!values.ok) return values;
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const campaignId = found.value.id;
    const connection = isUUID(connectionId) ? await lockConnection(work, connectionId) : undefined;
    if (connection === undefined)
      return denied({ reason: 'not_found', what: 'connection', id: connectionId });
    if (connection.state === 'disconnecting' || connection.state === 'disabled') return denied(closed());

    const [before] = await selectDestinations(work, campaignId, connectionId);
    await upsertDestination(work, campaignId, connectionId, values.value);
    const [after] = await selectDestinations(work, campaignId, connectionId);
    if (after === undefined) throw new Error('A destination that was just written cannot be read.');
    const matters =
      before === undefined
        ? after.enabled
        : before.enabled !== after.enabled ||
          (after.enabled &&
            (before.audience !== after.audience ||
              JSON.stringify(before.extra_tags) !== JSON.stringify(after.extra_tags)));
    if (matters) await this.#sendAll(work, campaignId, connectionId);
    return granted({ destination: destinationView(after), created: before === undefined });
  }

  /** What was written there because of this campaign is taken back. */
  async remove(work: UnitOfWork, campaign: string, connectionId: string): Promise<ProgramResult<undefined>> {
    const found = await findCampaign(work, campaign, { lock: 'destinations' });
    if (!found.ok) return found;
    const [before] = isUUID(connectionId) ? await selectDestinations(work, found.value.id, connectionId) : [];
    if (before === undefined) return denied({ reason: 'not_found', what: 'destination', id: connectionId });
    await work.tx.query(
      `DELETE FROM campaign_destination WHERE organization_id = $1 AND campaign_id = $2 AND connection_id = $3`,
      [work.organizationId, found.value.id, connectionId],
    );
    if (before.enabled) await this.#sendAll(work, found.value.id, connectionId);
    return granted(undefined);
  }

  async #sendAll(work: UnitOfWork, campaignId: string, connectionId: string): Promise<void> {
    for await (const contactIds of approvedInCampaign(work, campaignId)) {
      const items = contactIds.map((contactId) => ({
        kind: 'contact' as const,
        connectionId,
        contactId,
        cause: 'destination_changed',
      }));
      work.hasWork(await this.outbox.record(work.tx, work.organizationId, items));
    }
  }
}

function readValues(input: DestinationInput): ProgramResult<DestinationValues> {
  const tags = readTags(input.extraTags ?? []);
  const id = cleanText(input.audience?.id ?? '');
  const name = [...cleanText(input.audience?.name ?? '')].slice(0, LONGEST_AUDIENCE).join('');
  const wrongAudience = input.audience != null && (id === '' || id.length > LONGEST_AUDIENCE);
  if (tags.ok && !wrongAudience) {
    return granted({
      enabled: input.enabled ?? true,
      audience: id === '' ? null : id,
      audienceName: id === '' || name === '' ? null : name,
      extraTags: tags.tags,
    });
  }
  return denied({
    reason: 'invalid',
    errors: [
      ...(wrongAudience
        ? [
            {
              pointer: '#/audience/id',
              code: 'invalid_value',
              detail: 'An audience is named by the vendor’s id.',
            },
          ]
        : []),
      ...(tags.ok ? [] : tags.errors).map(({ place, detail }) => ({
        pointer: place === undefined ? '#/extraTags' : `#/extraTags/${place}`,
        code: 'invalid_tag',
        detail,
      })),
    ],
  });
}

function closed(): ProgramProblem {
  const detail = 'The connection was disconnected. Connect the tool again and use the new connection.';
  return { reason: 'conflict', errors: [{ pointer: '#', code: 'connection_disconnected', detail }] };
}
