import type { MailMessage } from '@rekomi/mail';

import type { Role } from '../access/role.js';
import { INVITATION_DAYS, RESET_MINUTES } from './link-lifetimes.js';

export function passwordResetMail(to: string, url: string): MailMessage {
  return {
    to,
    subject: 'Set a new password for Rekomi CRM Sync',
    text: [
      'Somebody asked for a new password for the account with this address.',
      '',
      `Set it here within ${RESET_MINUTES} minutes:`,
      url,
      '',
      'If that was not you, ignore this mail: your password stays as it is.',
    ].join('\n'),
    purpose: 'password_reset',
  };
}

export interface InvitationWords {
  readonly organizationName: string;
  readonly invitedBy: string;
  readonly role: Role;
}

export function memberInvitationMail(to: string, url: string, words: InvitationWords): MailMessage {
  const { organizationName, invitedBy, role } = words;
  return {
    to,
    subject: `${invitedBy} invites you to ${oneLine(organizationName)}`,
    text: [
      `${invitedBy} invites you to work on ${oneLine(organizationName)} in Rekomi CRM Sync, as ${role}.`,
      '',
      `Accept within ${INVITATION_DAYS} days:`,
      url,
      '',
      'The invitation is for this address only and can be used once.',
    ].join('\n'),
    purpose: 'member_invitation',
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
