import {
  audienceDifference,
  foundOf,
  joinDeltas,
  outcomeOf,
  sameAddress,
  tagDifference,
  together,
  unknownAnswer,
  type ContactChange,
  type Failed,
  type Outcome,
  type ProviderAccess,
  type Steps,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { contactRefusal, type Declined } from './omnisend.answers.js';
import { change as patch, changeTags, create, look, type Contact, type Found } from './omnisend.calls.js';
import { contactFields, isOurs, stays, withoutRejected, type Values } from './omnisend.mapping.js';

/** What the steps so far came to. */
export interface Progress extends Steps {
  readonly sent?: true;
}

/** The most in one call. https://api-docs.omnisend.com/reference-link/contacts, 2026-11. */
const MOST_TAGS = 100;

/** Tags are applied later, so nothing is better than accepted. */
export function settled(progress: Progress): Outcome {
  return outcomeOf(progress, progress.sent === true ? 'accepted' : 'unchanged');
}

/** Looks first: only the call for new contacts names a status, and a failed look never leads to it. */
export async function bring(
  access: ProviderAccess,
  change: ContactChange,
  values: Values,
): Promise<Progress> {
  const { desired, previous } = change;
  const seen = await look(access, desired.email);
  if (seen.kind === 'failed') return { failure: seen.failure };
  let before: Progress = {};
  let optedOut = false;
  if (previous !== undefined && !sameAddress(previous.email, desired.email)) {
    const old = await look(access, previous.email);
    if (old.kind === 'failed') return { failure: old.failure };
    if (old.kind === 'found') {
      optedOut = old.contact.status === 'unsubscribed';
      before = await takeBack(access, previous, old.contact);
      if (before.failure !== undefined)
        return seen.kind === 'found' ? together(before, { written: seenOn(change, seen.contact) }) : before;
    }
    const gone: WrittenDelta = { tagsRemoved: previous.tags, audiencesLeft: previous.audiences };
    before = { ...before, written: joinDeltas(before.written, gone) };
  }
  const arrived =
    seen.kind === 'found'
      ? await update(access, change, values, seen.contact)
      : await insert(access, change, values, optedOut);
  return together(before, arrived);
}

async function insert(
  access: ProviderAccess,
  change: ContactChange,
  values: Values,
  optedOut: boolean,
): Promise<Progress> {
  const { desired } = change;
  const email = desired.email.trim();
  const wanted = access.settings.newContacts === 'subscribed' ? 'subscribed' : 'nonSubscribed';
  const status = optedOut ? 'nonSubscribed' : wanted;
  // A date in the past loses against a newer decision of the person's own.
  const statusChangedAt = change.consent?.recordedAt ?? new Date(access.now()).toISOString();
  const tags = [...new Set([...desired.tags, ...desired.audiences])];
  const post = (some: Values, dated: boolean) =>
    create(access, {
      identifiers: [
        {
          type: 'email',
          id: email,
          channels: { email: { status, ...(dated ? { statusChangedAt } : {}) } },
          // The vendor's default would send one.
          sendWelcomeMessage: false,
        },
      ],
      ...contactFields(some),
      ...(tags.length === 0 ? {} : { tags: tags.slice(0, MOST_TAGS) }),
    });
  // Generations of the API call the date otherwise; without one it is the time of the call.
  let dated = true;
  const send = async (some: Values): Promise<Found | Declined | Failed> => {
    const answer = await post(some, dated);
    if (answer.kind !== 'declined' || !answer.fields.some((field) => /statusChangedAt$/.test(field)))
      return answer;
    dated = false;
    return post(some, dated);
  };
  const { reading, rest, warnings } = await withoutBadFields(values, send);
  if (reading.kind === 'failed') return { sent: true, failure: reading.failure };
  if (reading.kind === 'declined') return { failure: contactRefusal(reading) };
  // An address that belongs to another contact is passed over without a word.
  if (!sameAddress(reading.contact.email, email)) return { sent: true, failure: unknownAnswer() };
  const respected: readonly Warning[] =
    optedOut && wanted === 'subscribed'
      ? [{ code: 'consent_not_raised', detail: 'The person had unsubscribed under the former address.' }]
      : [];
  const sentTags = new Set(tags.slice(0, MOST_TAGS));
  const created: Progress = {
    sent: true,
    warnings: [...warnings, ...respected],
    written: {
      email,
      vendorId: reading.contact.id,
      fields: rest,
      tagsAdded: desired.tags.filter((tag) => sentTags.has(tag)),
      audiencesJoined: desired.audiences.filter((tag) => sentTags.has(tag)),
    },
  };
  const further = tags.slice(MOST_TAGS);
  return further.length === 0
    ? created
    : together(created, await addTags(access, change, reading.contact.id, further));
}

async function update(
  access: ProviderAccess,
  change: ContactChange,
  values: Values,
  contact: Contact,
): Promise<Progress> {
  const { desired, previous, rewrite } = change;
  const differing = Object.fromEntries(
    Object.entries(values).filter(([field, value]) => rewrite === true || contact.fields[field] !== value),
  );
  const standing = Object.fromEntries(
    Object.entries(values).filter(([field]) => !Object.hasOwn(differing, field)),
  );
  let progress: Progress = {
    written: {
      ...seenOn(change, contact),
      ...{ email: desired.email.trim(), vendorId: contact.id, fields: standing },
    },
  };
  if (Object.keys(differing).length > 0) {
    const send = (some: Values) => patch(access, contact.id, contactFields(some, contact.properties));
    const { reading, rest, warnings } = await withoutBadFields(differing, send);
    if (reading.kind === 'failed') return { ...progress, sent: true, failure: reading.failure };
    // Gone since we looked: the next attempt finds out what is there.
    if (reading.kind === 'declined') {
      const failure = reading.status === 404 ? unknownAnswer(404) : contactRefusal(reading);
      return { ...progress, failure };
    }
    progress = together(progress, { sent: true, warnings, written: { fields: rest } });
  }
  const wanted = [...new Set([...desired.tags, ...desired.audiences])];
  const missing = wanted.filter(
    (tag) => !contact.tags.includes(tag) || (rewrite === true && isOfOurs(tag, previous)),
  );
  progress = together(progress, await addTags(access, change, contact.id, missing));
  if (progress.failure !== undefined || previous === undefined || !sameAddress(previous.email, desired.email))
    return progress;
  const gone = { tags: tagDifference(change).remove, audiences: audienceDifference(change).remove };
  return together(progress, await removeTags(access, contact, gone, wanted));
}

/** The wanted tags that the look showed: ours where we put them there, as tag or as audience, and the merchant's otherwise. */
function seenOn({ desired, previous }: ContactChange, { tags }: Contact): WrittenDelta {
  const stayed = previous !== undefined && sameAddress(previous.email, desired.email) ? previous : undefined;
  const held = (names: readonly string[], ours: boolean): readonly string[] =>
    names.filter((tag) => tags.includes(tag) && isOfOurs(tag, stayed) === ours);
  return {
    tagsAdded: held(desired.tags, true),
    audiencesJoined: held(desired.audiences, true),
    ...foundOf(held(desired.tags, false), held(desired.audiences, false)),
  };
}

function isOfOurs(tag: string, previous: WrittenContact | undefined): boolean {
  return previous?.tags.includes(tag) === true || previous?.audiences.includes(tag) === true;
}

/** Tries once more without the values that the vendor does not take. */
async function withoutBadFields(
  values: Values,
  send: (values: Values) => Promise<Found | Declined | Failed>,
): Promise<{
  readonly reading: Found | Declined | Failed;
  readonly rest: Values;
  readonly warnings: readonly Warning[];
}> {
  const first = await send(values);
  if (first.kind !== 'declined' || first.status === 404)
    return { reading: first, rest: values, warnings: [] };
  const lesser = withoutRejected(values, first.fields, first.vendorMessage);
  const refusal = contactRefusal(first);
  if (refusal.code !== 'contact_refused' || lesser.warnings.length === 0)
    return { reading: first, rest: values, warnings: [] };
  return { reading: await send(lesser.values), rest: lesser.values, warnings: lesser.warnings };
}

async function addTags(
  access: ProviderAccess,
  { desired }: ContactChange,
  id: string,
  tags: readonly string[],
): Promise<Progress> {
  let progress: Progress = {};
  for (let from = 0; from < tags.length && progress.failure === undefined; from += MOST_TAGS) {
    const some = tags.slice(from, from + MOST_TAGS);
    const refused = await changeTags(access, 'POST', id, some);
    progress = together(progress, {
      ...taken(refused, `Not tagged "${some.join('", "')}"`),
      ...(refused !== undefined
        ? {}
        : {
            written: {
              tagsAdded: desired.tags.filter((tag) => some.includes(tag)),
              audiencesJoined: desired.audiences.filter((tag) => some.includes(tag)),
            },
          }),
    });
  }
  return progress;
}

/** A tag that is wanted otherwise (as a tag, or as the audience) stays on, and says so where it was an audience. */
async function removeTags(
  access: ProviderAccess,
  contact: Contact,
  gone: { readonly tags: readonly string[]; readonly audiences: readonly string[] },
  wanted: readonly string[],
): Promise<Progress> {
  const left = gone.audiences.filter((tag) => !wanted.includes(tag));
  const kept = gone.audiences.filter((tag) => wanted.includes(tag));
  const off = [...new Set([...gone.tags, ...left])].filter((tag) => !wanted.includes(tag));
  const warnings = kept.map((tag): Warning => {
    const detail = `The tag "${tag}" stays, because it is wanted as a tag.`;
    return { code: 'left_in_place', field: 'tags', detail };
  });
  let progress: Progress = { warnings };
  for (let from = 0; from < off.length && progress.failure === undefined; from += MOST_TAGS) {
    const some = off.slice(from, from + MOST_TAGS);
    progress = together(
      progress,
      taken(await changeTags(access, 'DELETE', contact.id, some), 'Tags not removed'),
    );
  }
  if (progress.failure !== undefined || (progress.warnings ?? []).length > warnings.length) return progress;
  return together(progress, { written: { tagsRemoved: gone.tags, audiencesLeft: left } });
}

function taken(refused: Declined | Failed | undefined, what: string): Progress {
  if (refused === undefined) return { sent: true };
  if (refused.kind === 'failed') return { sent: true, failure: refused.failure };
  const detail = `${what}: ${refused.vendorMessage ?? 'Omnisend gave no reason'}`;
  return { warnings: [{ code: 'field_rejected', field: 'tags', detail }] };
}

/** Takes our tags off. Properties of ours go only if the vendor lets a smaller set replace the larger one. */
export async function takeBack(
  access: ProviderAccess,
  previous: WrittenContact,
  contact: Contact,
): Promise<Progress> {
  const held = { tags: previous.tags, audiences: previous.audiences };
  const progress = await removeTags(access, contact, held, []);
  const ours = Object.keys(contact.properties).filter(
    (name) => isOurs(name) && Object.hasOwn(previous.fields, name),
  );
  if (progress.failure !== undefined || ours.length === 0) return progress;
  const others = Object.fromEntries(
    Object.entries(contact.properties).filter(([name]) => !ours.includes(name)),
  );
  const reading = await patch(access, contact.id, { customProperties: others });
  if (reading.kind === 'failed') return together(progress, { sent: true, failure: reading.failure });
  const remaining =
    reading.kind === 'found' ? ours.filter((name) => Object.hasOwn(reading.contact.properties, name)) : ours;
  const removed = ours.filter((name) => !remaining.includes(name)).map((name) => [name, null] as const);
  return together(progress, {
    sent: true,
    warnings: remaining.map(stays),
    written: { fields: Object.fromEntries(removed) },
  });
}
