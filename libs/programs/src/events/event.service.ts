import { Injectable } from '@nestjs/common';
import { SyncOutbox } from '@rekomi/sync';
import { isUUID } from 'class-validator';
import { v7 as newId } from 'uuid';

import { findCampaign } from '../campaigns/find-campaign.js';
import { approvedTargets } from '../enrolments/targets.js';
import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import { readTime } from '../time.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { eventDataProblem } from './event-data.js';

export interface NewEvent {
  /** Exactly one of id and address. */
  readonly affiliateId?: string;
  readonly email?: string;
  readonly name: string;
  /** ISO 8601; now unless told. */
  readonly occurredAt?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** The caller's own id: the same one twice is the same event, stored and delivered once. */
  readonly externalId?: string;
  /** Id or slug: only where this campaign sends to. */
  readonly campaign?: string;
}

export interface EventView {
  readonly id: string;
  readonly affiliateId: string;
  readonly externalId: string | null;
  readonly name: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

export interface RecordedEvent {
  readonly event: EventView;
  /** False: there was one with this external id already, and nothing was done. */
  readonly created: boolean;
  /** Connections it is being sent to, none when the affiliate is approved nowhere. */
  readonly connectionIds: readonly string[];
}

interface EventRow extends Omit<EventView, 'occurredAt' | 'createdAt'> {
  readonly occurredAt: Date;
  readonly createdAt: Date;
}

const LONGEST = 255;
const COLUMNS = `id, affiliate_id AS "affiliateId", external_id AS "externalId", name, occurred_at AS "occurredAt", data,
  created_at AS "createdAt"`;

@Injectable()
export class EventService {
  constructor(private readonly outbox: SyncOutbox) {}

  async record(work: UnitOfWork, input: NewEvent): Promise<ProgramResult<RecordedEvent>> {
    const { tx, organizationId } = work;
    const occurredAt = readTime(input.occurredAt, new Date());
    const name = cleanText(input.name);
    const externalId = cleanText(input.externalId ?? '');
    const errors = problemsOf(input, name, externalId, occurredAt);
    if (errors.length > 0 || occurredAt === 'invalid') return denied({ reason: 'invalid', errors });
    const affiliateId = await findAffiliate(work, input);
    if (!affiliateId.ok) return affiliateId;
    const campaign =
      input.campaign === undefined
        ? undefined
        : await findCampaign(work, input.campaign, { pointer: '#/campaign' });
    if (campaign !== undefined && !campaign.ok) return campaign;

    const rows: EventRow[] = await tx.query(
      `INSERT INTO event (id, organization_id, affiliate_id, external_id, name, occurred_at, data)
       VALUES ($1, $2, $3, $4, $5, coalesce($6, date_trunc('milliseconds', now())), $7)
       ON CONFLICT (organization_id, external_id) DO NOTHING RETURNING ${COLUMNS}`,
      [
        newId(),
        organizationId,
        affiliateId.value,
        externalId === '' ? null : externalId,
        name,
        occurredAt?.toISOString() ?? null,
        JSON.stringify(input.data ?? {}),
      ],
    );
    const [row] = rows;
    if (row === undefined) return this.#existing(work, externalId, affiliateId.value, name);
    const event = eventView(row);
    const targets = await approvedTargets(work, [affiliateId.value], campaign?.value.id);
    const { id, data } = event;
    const items = targets.map((target) => ({
      kind: 'event' as const,
      ...target,
      cause: name,
      event: { id, name, occurredAt: event.occurredAt, data },
    }));
    if (items.length > 0) work.hasWork(await this.outbox.record(tx, organizationId, items));
    return granted({
      event,
      created: true,
      connectionIds: targets.map((target) => target.connectionId).sort(),
    });
  }

  /** Of one affiliate, newest first; one row more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    affiliateId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ProgramResult<readonly EventView[]>> {
    const found = await findAffiliate(work, { affiliateId });
    if (!found.ok) return denied({ reason: 'not_found', what: 'affiliate', id: affiliateId });
    const rows: EventRow[] = await work.tx.query(
      `SELECT ${COLUMNS} FROM event
        WHERE organization_id = $1 AND affiliate_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [work.organizationId, found.value, page.after ?? null, page.limit + 1],
    );
    return granted(rows.map(eventView));
  }

  async #existing(
    work: UnitOfWork,
    externalId: string,
    affiliateId: string,
    name: string,
  ): Promise<ProgramResult<RecordedEvent>> {
    const rows: EventRow[] = await work.tx.query(
      `SELECT ${COLUMNS} FROM event WHERE organization_id = $1 AND external_id = $2`,
      [work.organizationId, externalId],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('An event that was in the way cannot be read.');
    if (row.affiliateId === affiliateId && row.name === name) {
      return granted({ event: eventView(row), created: false, connectionIds: [] });
    }
    const detail = 'This external id belongs to an event of another name or of another affiliate.';
    return denied({
      reason: 'conflict',
      errors: [{ pointer: '#/externalId', code: 'external_id_taken', detail }],
    });
  }
}

function problemsOf(
  input: NewEvent,
  name: string,
  externalId: string,
  occurredAt: Date | undefined | 'invalid',
): readonly InputProblem[] {
  const errors: InputProblem[] = [];
  const wrong = (field: string, code: string, detail: string): void => {
    errors.push({ pointer: `#/${field}`, code, detail });
  };
  if (name === '' || name.length > LONGEST)
    wrong('name', 'invalid_value', `A name has 1 to ${LONGEST} characters.`);
  if (externalId.length > LONGEST) wrong('externalId', 'too_long', `At most ${LONGEST} characters.`);
  if (occurredAt === 'invalid') {
    wrong('occurredAt', 'invalid_time', 'A time of ISO 8601, not in the future: 2026-01-31T12:00:00Z.');
  }
  if ((input.affiliateId === undefined) === (input.email === undefined)) {
    wrong('affiliateId', 'one_of', 'Name the affiliate either by affiliateId or by email.');
  }
  const data = eventDataProblem(input.data ?? {});
  if (data !== undefined) wrong('data', 'invalid_data', data);
  return errors;
}

async function findAffiliate(
  { tx, organizationId }: UnitOfWork,
  { affiliateId, email }: { readonly affiliateId?: string; readonly email?: string },
): Promise<ProgramResult<string>> {
  const known = affiliateId === undefined || isUUID(affiliateId);
  const rows: { id: string }[] = known
    ? await tx.query(
        `SELECT id FROM affiliate WHERE organization_id = $1 AND ${affiliateId === undefined ? 'email_key = lower($2)' : 'id = $2'}`,
        [organizationId, affiliateId ?? storableText((email ?? '').normalize('NFC').trim())],
      )
    : [];
  const [row] = rows;
  if (row !== undefined) return granted(row.id);
  return denied({
    reason: 'not_found',
    what: 'affiliate',
    id: affiliateId ?? email ?? '',
    pointer: affiliateId === undefined ? '#/email' : '#/affiliateId',
  });
}

function eventView(row: EventRow): EventView {
  return { ...row, occurredAt: row.occurredAt.toISOString(), createdAt: row.createdAt.toISOString() };
}
