import {
  audienceMissing,
  idIn,
  isObject,
  unknownAnswer,
  type Progress,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { contactRefusal } from './activecampaign.answers.js';
import { ask } from './activecampaign.calls.js';
import { findContact, listExists, listStatuses } from './activecampaign.directory.js';

/**
 * Joins lists. `status: 1` would bring back whoever had left, so nobody is subscribed before a look shows that there is no
 * entry at all. https://developers.activecampaign.com/reference/update-list-status-for-contact (2026-08).
 *
 * @param closed Lists that the person left under another address.
 */
export async function joinLists(
  access: ProviderAccess,
  progress: Progress,
  contactId: string,
  lists: readonly string[],
  closed: ReadonlySet<string>,
): Promise<void> {
  if (lists.length === 0) return;
  const seen = await listStatuses(access, contactId);
  if (seen.kind !== 'found') return progress.fail(seen);
  if (seen.value === undefined) return progress.fail(unknownAnswer(404));
  const again = access.settings['optedOut'] === 'resubscribe';
  for (const list of new Set(lists)) {
    const status = seen.value.get(list) ?? (closed.has(list) ? '2' : undefined);
    if (status === '1') progress.add({ audiencesJoined: [list] });
    else if (status === undefined) await subscribe(access, progress, contactId, list, {});
    // The vendor asks for this mark on a deliberate re-subscription.
    else if (again) await subscribe(access, progress, contactId, list, { sourceid: 4 });
    else {
      const detail = `The person had left list ${list} (status ${status} there), and was left out.`;
      progress.warn({ code: 'consent_not_raised', field: list, detail });
    }
    if (progress.stopped) return;
  }
}

/**
 * Notes at the contact with this address that the person unsubscribed from lists under another one, so that no later sync takes
 * it for somebody who never decided. Lists in which it has an entry of its own stay as they are.
 */
export async function keepOut(
  access: ProviderAccess,
  progress: Progress,
  email: string,
  lists: readonly string[],
): Promise<void> {
  if (lists.length === 0 || access.settings['optedOut'] === 'resubscribe') return;
  const found = await findContact(access, email);
  if (found.kind !== 'found') return progress.fail(found);
  const contact = idIn(found.value?.['id']);
  // The new address was refused for another reason.
  if (contact === undefined) return;
  const seen = await listStatuses(access, contact);
  if (seen.kind !== 'found') return progress.fail(seen);
  for (const list of lists) {
    if (seen.value?.has(list) === true) continue;
    const json = { contactList: { list, contact, status: 2 } };
    const reading = await ask(access, { method: 'POST', path: '/contactLists', json });
    if (reading.kind === 'failed') return progress.fail(reading.failure);
    // What an unknown list is answered with is not documented; joining it comes to the same, and is told.
    if (reading.kind === 'declined') continue;
    const entry = reading.body['contactList'];
    if (!isObject(entry) || String(entry['status']) !== '2')
      return progress.fail(unknownAnswer(reading.status));
  }
}

async function subscribe(
  access: ProviderAccess,
  progress: Progress,
  contact: string,
  list: string,
  mark: { readonly sourceid?: number },
): Promise<void> {
  const json = { contactList: { list, contact, status: 1, ...mark } };
  const reading = await ask(access, { method: 'POST', path: '/contactLists', json });
  if (reading.kind === 'failed') return progress.fail(reading.failure);
  if (reading.kind === 'ok') {
    const entry = reading.body['contactList'];
    const joined = isObject(entry) && idIn(entry['list']) === list && String(entry['status']) === '1';
    return joined ? progress.add({ audiencesJoined: [list] }) : progress.fail(unknownAnswer(reading.status));
  }
  // What an unknown list is answered with is not documented.
  if ((await listExists(access, list)) === false) progress.fail(audienceMissing(reading, list));
  else progress.fail(contactRefusal(reading));
}

/** The only way out of a list is unsubscribing, which is the person's own to do. */
export function warnOfLists(progress: Progress, lists: readonly string[]): void {
  for (const list of lists) {
    const detail = `The person stays in list ${list}, because leaving it would mean unsubscribing.`;
    progress.warn({ code: 'left_in_place', field: list, detail });
  }
}
