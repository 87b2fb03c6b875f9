import { RESET_MINUTES } from '@rekomi/identity';

/** What somebody is told who asked for a new password: the same for every address. */
export function resetRequested(mails: boolean): string {
  return mails
    ? `If there is an account with this address, a link is on its way. It can be used for ${RESET_MINUTES} minutes.`
    : 'This installation sends no mail. Ask whoever runs it for a link: "npm run account -- reset ADDRESS" prints one.';
}
