import {
  outcomeOf,
  pathSegment,
  together,
  unknownAnswer,
  wayFailure,
  within,
  type ContactRemoval,
  type Outcome,
  type ProviderAccess,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { contactRefusal } from './klaviyo.answers.js';
import { ask } from './klaviyo.api.js';
import { changeMembership } from './klaviyo.lists.js';
import { ownFields, strippedBody } from './klaviyo.mapping.js';
import type { Progress } from './klaviyo.passengers.js';
import { findProfile } from './klaviyo.people.js';

export async function removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
  const taken = await takeBack(access, previous);
  return taken.failure === undefined && taken.written === undefined
    ? { kind: 'unchanged' }
    : outcomeOf(taken, taken.later === true ? 'accepted' : 'confirmed');
}

/** What the ledger knows no more once nothing of ours stands under an address. */
export function forgotten(left: WrittenContact): Progress {
  return { written: { fields: ownFields(left), tagsRemoved: left.tags, audiencesLeft: left.audiences } };
}

/** Takes away our properties, tags and memberships under the address they were written to. Never creates a profile. */
export async function takeBack(access: ProviderAccess, previous: WrittenContact): Promise<Progress> {
  const own = Object.keys(ownFields(previous)).length + previous.tags.length + previous.audiences.length;
  if (own === 0) return {};
  const known = previous.vendorId;
  const taken = known === undefined ? undefined : await strip(access, known, previous);
  if (taken !== undefined) return taken;
  // No id, or not any more: the profile may have been merged into another one, and the address leads to it.
  const finding = await findProfile(access, previous.email);
  if (finding.kind === 'failed') return { failure: finding.failure };
  if (finding.kind === 'not_found' || finding.id === known) return forgotten(previous);
  return (await strip(access, finding.id, previous)) ?? forgotten(previous);
}

/** Undefined when there is no profile with this id. */
async function strip(
  access: ProviderAccess,
  id: string,
  previous: WrittenContact,
): Promise<Progress | undefined> {
  const { tags, audiences } = previous;
  const fields = ownFields(previous);
  let progress: Progress = {};
  if (Object.keys(fields).length + tags.length > 0) {
    const reading = await ask(access, {
      family: 'reads',
      method: 'PATCH',
      path: `/api/profiles/${pathSegment(id)}`,
      json: { data: strippedBody(id, previous) },
      done: [200],
    });
    if (reading.kind === 'failed') return { failure: reading.failure };
    if (reading.kind === 'declined') {
      return reading.status === 404 ? undefined : { failure: contactRefusal(reading) };
    }
    if (within(reading.body, 'data').id !== id) return { failure: unknownAnswer(reading.status) };
    progress = { written: { fields, ...(tags.length === 0 ? {} : { tagsRemoved: tags }) } };
  }
  for (const list of audiences) {
    const failure = await changeMembership(access, 'DELETE', list, [id]);
    progress = together(
      progress,
      failure === undefined ? { written: { audiencesLeft: [list] } } : { failure },
    );
    if (wayFailure(failure) !== undefined) break;
  }
  return progress;
}
