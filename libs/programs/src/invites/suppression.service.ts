import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { readEmailAddress } from '../addresses/email-address.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { InviteFanOut } from './invite-fan-out.js';
import type { SuppressionReason } from './invite-statements.js';

export const SUPPRESSION_REASONS = ['unsubscribed', 'manual', 'bounced'] as const;
export const MOST_SUPPRESSIONS = 10_000;
const LONGEST_NOTE = 500;

export interface Suppression {
  readonly id: string;
  readonly email: string;
  readonly reason: SuppressionReason;
  readonly source: string;
  readonly note: string | null;
  readonly at: string;
  readonly liftedAt: string | null;
  readonly liftedReason: string | null;
}

export type SuppressionOutcome =
  | { readonly outcome: 'suppressed' | 'already_suppressed'; readonly email: string }
  | { readonly outcome: 'invalid'; readonly errors: readonly InputProblem[] };

export interface NewSuppressions {
  readonly emails: readonly unknown[];
  readonly reason: SuppressionReason;
  readonly source: string;
  readonly note?: string | null;
}

export interface SuppressionFilter {
  readonly email?: string;
  readonly reason?: SuppressionReason;
  /** Also those that were lifted. */
  readonly lifted?: boolean;
}

const ADD = `
  INSERT INTO suppression (id, organization_id, email_key, reason, source, note)
  SELECT new_id(), $1, k.key, $3, $4, $5 FROM (SELECT DISTINCT lower(u) AS key FROM unnest($2::text[]) AS u) AS k ORDER BY k.key
  ON CONFLICT (organization_id, email_key) WHERE lifted_at IS NULL DO NOTHING
  RETURNING email_key`;

const KEYS = `SELECT lower(u) AS key FROM unnest($1::text[]) WITH ORDINALITY AS t(u, place) ORDER BY place`;

const INVITED = `
  SELECT i.affiliate_id AS "affiliateId", i.campaign_id AS "campaignId" FROM invite i
    JOIN affiliate a ON a.organization_id = i.organization_id AND a.id = i.affiliate_id
   WHERE i.organization_id = $1 AND a.email_key = ANY ($2::text[]) AND i.state = 'open' ORDER BY i.id`;

const LIST = `
  SELECT id, email_key AS email, reason, source, note, at, lifted_at AS "liftedAt", lifted_reason AS "liftedReason"
    FROM suppression
   WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR email_key = lower($3))
     AND ($4::text IS NULL OR reason = $4) AND ($5 OR lifted_at IS NULL) AND ($6::uuid IS NULL OR id = $6)
   ORDER BY id DESC LIMIT $7`;

const LIFT = `
  UPDATE suppression SET lifted_at = now(), lifted_reason = $3
   WHERE organization_id = $1 AND id = $2 AND lifted_at IS NULL`;

const UNSUBSCRIBE = `
  INSERT INTO suppression (id, organization_id, email_key, reason, source)
  SELECT new_id(), $1, i.email_key, 'unsubscribed', 'link' FROM invite i WHERE i.organization_id = $1 AND i.id = $2
  ON CONFLICT (organization_id, email_key) WHERE lifted_at IS NULL DO NOTHING
  RETURNING email_key`;

interface SuppressionRow extends Omit<Suppression, 'at' | 'liftedAt'> {
  readonly at: Date;
  readonly liftedAt: Date | null;
}

/** Addresses that are not invited and not mailed. */
@Injectable()
export class SuppressionService {
  constructor(private readonly fanOut: InviteFanOut) {}

  /** One outcome per address, in their order. */
  async add(work: UnitOfWork, input: NewSuppressions): Promise<ProgramResult<readonly SuppressionOutcome[]>> {
    const note = readNote(input.note, '#/note');
    if (!note.ok) return note;
    const outcomes: SuppressionOutcome[] = [];
    const good: { readonly place: number; readonly email: string }[] = [];
    for (const [place, given] of input.emails.entries()) {
      const reading = readEmailAddress(typeof given === 'string' ? given : '');
      if (reading.ok) good.push({ place, email: reading.address });
      else {
        const { code, detail } = reading;
        outcomes[place] = { outcome: 'invalid', errors: [{ pointer: `#/emails/${place}`, code, detail }] };
      }
    }
    const emails = good.map(({ email }) => email);
    const keys: { key: string }[] = await work.tx.query(KEYS, [emails]);
    const added: { email_key: string }[] = await work.tx.query(ADD, [
      work.organizationId,
      emails,
      input.reason,
      input.source,
      note.value,
    ]);
    const fresh = new Set(added.map((row) => row.email_key));
    await this.#takeBack(work, [...fresh]);
    for (const [index, { place, email }] of good.entries()) {
      const isNew = fresh.delete(keys[index]?.key ?? '');
      outcomes[place] = { outcome: isNew ? 'suppressed' : 'already_suppressed', email };
    }
    return granted(outcomes);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  list(
    work: UnitOfWork,
    filter: SuppressionFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly Suppression[]> {
    return this.#read(work, filter, { ...page, limit: page.limit + 1 });
  }

  /** The address may be invited and mailed again. The record stays. */
  async lift(work: UnitOfWork, id: string, reason: string): Promise<ProgramResult<Suppression>> {
    const read = readNote(reason, '#/reason');
    if (!read.ok) return read;
    if (read.value === null) {
      const detail = 'Say why: somebody may have asked for it.';
      return denied({ reason: 'invalid', errors: [{ pointer: '#/reason', code: 'reason_needed', detail }] });
    }
    if (isUUID(id)) await work.tx.query(LIFT, [work.organizationId, id, read.value]);
    const [found] = isUUID(id) ? await this.#read(work, { lifted: true }, { limit: 1 }, id) : [];
    if (found === undefined) return denied({ reason: 'not_found', what: 'suppression', id });
    await this.#takeBack(work, [found.email]);
    return granted(found);
  }

  /** What somebody wants who followed the link at the end of a mail. Doing it twice is doing it once. */
  async unsubscribe(work: UnitOfWork, inviteId: string): Promise<void> {
    const added: { email_key: string }[] = await work.tx.query(UNSUBSCRIBE, [work.organizationId, inviteId]);
    await this.#takeBack(
      work,
      added.map((row) => row.email_key),
    );
  }

  /** Links that were written to a CRM for these addresses go, or come back. */
  async #takeBack(work: UnitOfWork, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const invited: { affiliateId: string; campaignId: string }[] = await work.tx.query(INVITED, [
      work.organizationId,
      keys,
    ]);
    await this.fanOut.changed(work, invited, 'address_suppressed');
  }

  async #read(
    { tx, organizationId }: UnitOfWork,
    { email, reason, lifted }: SuppressionFilter,
    page: { readonly limit: number; readonly after?: string },
    id: string | null = null,
  ): Promise<readonly Suppression[]> {
    const rows: SuppressionRow[] = await tx.query(LIST, [
      organizationId,
      page.after ?? null,
      email === undefined ? null : storableText(email.normalize('NFC').trim()),
      reason ?? null,
      lifted === true,
      id,
      page.limit,
    ]);
    return rows.map((row) => ({
      ...row,
      at: row.at.toISOString(),
      liftedAt: row.liftedAt?.toISOString() ?? null,
    }));
  }
}

function readNote(given: string | null | undefined, pointer: string): ProgramResult<string | null> {
  const text = storableText(given ?? '').trim();
  if ([...text].length > LONGEST_NOTE) {
    const detail = `At most ${LONGEST_NOTE} characters.`;
    return denied({ reason: 'invalid', errors: [{ pointer, code: 'too_long', detail }] });
  }
  return granted(text === '' ? null : text);
}
