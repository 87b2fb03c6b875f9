/** Days for which an invitation can be accepted. */
export const INVITATION_DAYS = 7;
/** Minutes for which a link to a new password can be used. */
export const RESET_MINUTES = 30;
/** Days for which the link for an organisation's first owner can be used. */
export const FIRST_OWNER_DAYS = 7;
