import { domainToASCII } from 'node:url';

import type { EnrolmentStatus } from '../entities/index.js';
import type { AllowBlock, ApprovalRules } from './approval-rules.js';

export type ApprovalReasonCode =
  | 'not_pending'
  | 'campaign_archived'
  | 'domain_not_allowed'
  | 'domain_blocked'
  | 'country_unknown'
  | 'country_not_allowed'
  | 'country_blocked'
  | 'duplicate'
  | 'address_not_confirmed';

/** Why automatic approval passed somebody by. */
export interface ApprovalReason {
  readonly code: ApprovalReasonCode;
  /** In words, with what would change it. */
  readonly detail: string;
}

/** What the rules look at, all of it read under lock. */
export interface Applicant {
  readonly status: EnrolmentStatus;
  /** A person put the application back to waiting, or decided it before. */
  readonly decidedByHand: boolean;
  readonly email: string;
  readonly country: string | null;
  /** For this campaign: an address that was confirmed for another one proves nothing about who applied here. */
  readonly addressConfirmed: boolean;
  /** Somebody else here who seems to be the same person. */
  readonly duplicate?: { readonly affiliateId: string; readonly by: 'address' | 'external_id' };
}

/** Every reason that speaks against approving, none when nothing does. */
export function reasonsAgainst(
  rules: ApprovalRules,
  applicant: Applicant,
  campaignArchived: boolean,
): readonly ApprovalReason[] {
  const pending = notPending(applicant);
  if (pending !== undefined) return [pending];
  const reasons: ApprovalReason[] = [];
  if (campaignArchived) {
    reasons.push({ code: 'campaign_archived', detail: 'The campaign is archived and takes nobody in.' });
  }
  reasons.push(...domainReasons(rules.emailDomains, applicant.email));
  reasons.push(...countryReasons(rules.countries, applicant.country));
  if (rules.duplicates === 'skip' && applicant.duplicate !== undefined) {
    reasons.push(duplicateReason(applicant.duplicate));
  }
  if (rules.confirmedAddress && !applicant.addressConfirmed) {
    const detail =
      'The person has not confirmed yet that this application is theirs, by the link in the mail to the address.';
    reasons.push({ code: 'address_not_confirmed', detail });
  }
  return reasons;
}

function notPending({ status, decidedByHand }: Applicant): ApprovalReason | undefined {
  if (status !== 'applied') {
    return { code: 'not_pending', detail: `The affiliate is not waiting for a decision but ${status}.` };
  }
  if (decidedByHand) {
    const detail = 'A person put this application back to waiting, so a person has to decide it.';
    return { code: 'not_pending', detail };
  }
  return undefined;
}

function domainReasons({ allow, block }: AllowBlock, email: string): readonly ApprovalReason[] {
  const written = email.slice(email.lastIndexOf('@') + 1);
  const domain = asciiDomain(written);
  const blocked = block.find((entry) => belongsTo(domain, entry));
  if (blocked !== undefined) {
    const detail = `Addresses at ${written} are blocked by the entry ${blocked}.`;
    return [{ code: 'domain_blocked', detail }];
  }
  if (allow.length === 0 || allow.some((entry) => belongsTo(domain, entry))) return [];
  return [{ code: 'domain_not_allowed', detail: `${written} is not among the allowed domains.` }];
}

function countryReasons({ allow, block }: AllowBlock, country: string | null): readonly ApprovalReason[] {
  if (allow.length === 0 && block.length === 0) return [];
  if (country === null) {
    const detail = 'The rules ask for a country, and none is known of this person.';
    return [{ code: 'country_unknown', detail }];
  }
  const code = country.toUpperCase();
  if (block.includes(code)) return [{ code: 'country_blocked', detail: `The country ${code} is blocked.` }];
  if (allow.length === 0 || allow.includes(code)) return [];
  return [{ code: 'country_not_allowed', detail: `${code} is not among the allowed countries.` }];
}

/** Names the other one by id: an address would outlive that person's wish to be forgotten. */
function duplicateReason({ affiliateId, by }: NonNullable<Applicant['duplicate']>): ApprovalReason {
  const what =
    by === 'address'
      ? 'an address that leads to the same mailbox (it differs in a plus tag, or in dots at Gmail)'
      : 'the same external id';
  return { code: 'duplicate', detail: `Affiliate ${affiliateId} has ${what}.` };
}

/** The domain as the network knows it: punycode, lower case, without the root's dot. Blank when it is no domain. */
export function asciiDomain(domain: string): string {
  return domainToASCII(domain.trim()).toLowerCase().replace(/\.$/, '');
}

function belongsTo(domain: string, entry: string): boolean {
  return domain === entry || domain.endsWith(`.${entry}`);
}
