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
  // How a tag that is attached already is answered is not confirmed.
  if (reading.duplicate) return progress.add({ tagsAdded: [name] });
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
  const attached = await askAll(access, `/contacts/${pathSegment(contactId)}/contactTags`, 'contactTags');
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
