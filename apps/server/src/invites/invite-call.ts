import { problem, type ProblemItem } from '@rekomi/http';
import type { InviteRequest } from '@rekomi/programs';

import type { CreateInviteRequest } from './create-invite.request.js';

/** What Customer.io puts in place of a delivery’s id when a step is only tried out. */
export const NO_KEYS = ['', 'unsent'];

export interface InviteCall {
  readonly request: InviteRequest;
  /** From the body. */
  readonly key?: string;
}

/** Reads a call whose values a template made: `"14"` is 14, `"true"` is true, blank and null are absent. */
export function readInviteCall(body: CreateInviteRequest): InviteCall {
  const errors: ProblemItem[] = [];
  const wrong = (field: keyof CreateInviteRequest, code: string, detail: string): undefined => {
    errors.push({ pointer: `#/${field}`, code, detail });
  };
  const text = (field: keyof CreateInviteRequest): string | undefined => {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      const given = String(value).trim();
      return given === '' ? undefined : given;
    }
    return wrong(field, 'invalid_type', 'Must be a text.');
  };
  const truth = (field: keyof CreateInviteRequest): boolean | undefined => {
    const given = text(field)?.toLowerCase();
    if (given === undefined) return undefined;
    if (given === 'true' || given === 'false') return given === 'true';
    return wrong(field, 'invalid_value', 'Must be true or false.');
  };

  const campaign = text('campaign') ?? '';
  if (campaign === '') wrong('campaign', 'campaign_needed', 'Name the campaign, by its id or slug.');
  const days = text('expiresInDays');
  const deliveredBy = text('deliveredBy');
  if (deliveredBy !== undefined && deliveredBy !== 'none' && deliveredBy !== 'crm') {
    wrong('deliveredBy', 'invalid_value', 'Must be none or crm.');
  }
  const approveOnAccept = truth('approveOnAccept');
  const extend = truth('extend');
  const key = text('idempotencyKey');
  if (key !== undefined && key.length > 255) wrong('idempotencyKey', 'too_long', 'At most 255 characters.');
  if (errors.length > 0) throw problem('validation_failed', { errors });
  const { email, firstName, lastName, name, tier, tags } = body;
  return {
    ...(key === undefined || NO_KEYS.includes(key) ? {} : { key }),
    request: {
      campaign,
      people: [{ email, firstName, lastName, name, tier, tags }],
      pointer: () => '#',
      source: 'call',
      ...(days === undefined ? {} : { expiresInDays: Number(days) }),
      ...(approveOnAccept === undefined ? {} : { approveOnAccept }),
      ...(extend === undefined ? {} : { extend }),
      ...(deliveredBy === 'crm' ? { deliveredBy } : {}),
    },
  };
}
