import type { Invitation } from '@rekomi/programs';

/** An open invitation for pages of the merchant's own, which show it themselves. */
export interface InvitationAnswer {
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly organization: string;
  readonly campaign: string;
  readonly description: string | null;
  readonly termsUrl: string | null;
  readonly wording: string;
  readonly expiresAt: string;
}

export function invitationAnswer({ state: _state, ...invitation }: Invitation): InvitationAnswer {
  return invitation;
}
