import {
  idIn,
  isObject,
  pathSegment,
  unknownAnswer,
  type Difference,
  type Progress,
  type ProviderAccess,
} from '@rekomi/provider-contract';
import { failureOf } from './activecampaign.answers.js';
import { ask, askAll, isList } from './activecampaign.calls.js';
import { findTag, tagId, tagKey } from './activecampaign.directory.js';

/** Attaches and detaches tags one by one; others are untouched. */
export async function changeTags(
  access: ProviderAccess,
  progress: Progress,
  contactId: string,
  { add, remove }: Difference,
): Promise<void> {
  for (const name of add) {
    await attach(access, progress, contactId, name);
    if (progress.stopped) return;
  }
  if (remove.length > 0) await detach(access, progress, contactId, remove);
}

/**
 * The same for a contact as a whole. How a tag that is attached already is answered is not confirmed, so a look comes
 * first: what is there and not ours was there before us, and stays the merchant's.
 *
 * @param ours Tags that we attached, as far as we know.
 */
export async function settleTags(
  access: ProviderAccess,
  progress: Progress,
  contactId: string,
  { add, remove }: Difference,
  ours: readonly string[],
): Promise<void> {
  if (add.length === 0) return changeTags(access, progress, contactId, { add, remove });
  const attached = await askAll(access, contactTagsOf(contactId), 'contactTags');
  if (!isList(attached)) return progress.fail(failureOf(attached));
  const ids = attached.map(({ tag }) => idIn(tag));
  const found: string[] = [];
  for (const name of ids.length === 0 ? [] : add) {
    if (ours.some((one) => tagKey(one) === tagKey(name))) continue;
    const tag = await findTag(access, name);
    if (tag.kind !== 'found') return progress.fail(tag);
    if (tag.value !== undefined && ids.includes(tag.value)) found.push(name);
  }
  progress.find(found, []);
  await changeTags(access, progress, contactId, { add: add.filter((name) => !found.includes(name)), remove });
}

function contactTagsOf(contactId: string): string {
  return `/contacts/${pathSegment(contactId)}/contactTags`;
}

async function attach(
  access: ProviderAccess,
  progress: Progress,
  contact: string,
  name: string,
  again = false,
): Promise<void> {
  const tag = await tagId(access, name);
  if (tag.kind === 'refused') {
    const detail = `The tag "${name}" was not taken${tag.vendorMessage === undefined ? '' : `: ${tag.vendorMessage}`}.`;
    return progress.warn({ code: 'field_rejected', field: 'tags', detail });
  }
  if (tag.kind !== 'found') return progress.fail(tag);
  const json = { contactTag: { contact, tag: tag.value } };
  const reading = await ask(access, { method: 'POST', path: '/contactTags', json });
  if (reading.kind === 'failed') return progress.fail(reading.failure);
  if (reading.kind === 'ok') {
    return isObject(reading.body['contactTag'])
      ? progress.add({ tagsAdded: [name] })
      : progress.fail(unknownAnswer(reading.status));
  }
  // How a tag that is attached already is answered is not confirmed; other duplicates are told by this code.
  if (reading.saysDuplicate) return progress.add({ tagsAdded: [name] });
  if (/contact not found/i.test(reading.message)) return progress.fail(unknownAnswer(reading.status));
  // The remembered tag may have been deleted since.
  access.memo.forget(tagKey(name));
  if (!again) return attach(access, progress, contact, name, true);
  const detail = `The tag "${name}" was not taken: ${reading.message}`;
  progress.warn({ code: 'field_rejected', field: 'tags', detail });
}

async function detach(
  access: ProviderAccess,
  progress: Progress,
  contactId: string,
  names: readonly string[],
): Promise<void> {
  const attached = await askAll(access, contactTagsOf(contactId), 'contactTags');
  if (!isList(attached)) {
    // Who is gone has no tags.
    if (attached.kind === 'declined' && attached.status === 404) return;
    return progress.fail(failureOf(attached));
  }
  for (const name of names) {
    const tag = await findTag(access, name);
    if (tag.kind !== 'found') return progress.fail(tag);
    const id = idIn(
      attached.find((entry) => tag.value !== undefined && idIn(entry['tag']) === tag.value)?.['id'],
    );
    if (id !== undefined) {
      const reading = await ask(access, {
        method: 'DELETE',
        path: `/contactTags/${pathSegment(id)}`,
      });
      if (reading.kind === 'failed') return progress.fail(reading.failure);
      if (reading.kind === 'declined' && reading.status !== 404) return progress.fail(failureOf(reading));
      if (reading.kind === 'ok' && reading.status !== 200)
        return progress.fail(unknownAnswer(reading.status));
    }
    progress.add({ tagsRemoved: [name] });
  }
}
