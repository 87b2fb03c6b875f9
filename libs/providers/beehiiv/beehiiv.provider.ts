import { Injectable } from '@nestjs/common';
import {
  audienceDifference,
  endsTheCall,
  eventTag,
  isSendable,
  outcomeOf,
  refused,
  tagDifference,
  together,
  unknownAnswer,
  wordsOf,
  type AudiencePage,
  type ContactChange,
  type ContactEvent,
  type ContactReading,
  type ContactRemoval,
  type ContactSnapshot,
  type CrmProvider,
  type Failure,
  type FieldValue,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Verification,
  type Warning,
} from '@rekomi/provider-contract';
import { isTagLimit, standingOf } from './beehiiv.answers.js';
import { bring, takeBack, type Progress } from './beehiiv.contacts.js';
import { beehiivManifest } from './beehiiv.manifest.js';
import { isUpToDate, subscriptionIds, vendorIdOf, wishOf } from './beehiiv.mapping.js';
import { allPublications, listPublications, Publication, type Subscription } from './beehiiv.publication.js';
import { verifyKey } from './beehiiv.verify.js';

const EMAIL_INVALID: Outcome & Failure = { kind: 'refused', code: 'email_invalid', field: 'email' };

/** beehiiv, API v2. A subscription is one address in one publication; publications are the audiences. */
@Injectable()
export class BeehiivProvider implements CrmProvider {
  readonly manifest: ProviderManifest = beehiivManifest;

  verify(access: ProviderAccess): Promise<Verification> {
    return verifyKey(access);
  }

  listAudiences(access: ProviderAccess, cursor?: string): Promise<AudiencePage> {
    return listPublications(access, cursor);
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    const { desired, previous } = change;
    if (!isSendable(desired.email.trim())) return EMAIL_INVALID;
    if (desired.audiences.length === 0) {
      return { kind: 'misconfigured', code: 'audience_needed', setting: 'audience' };
    }
    const wish = wishOf(change);
    let progress: Progress = { warnings: [...wish.warnings, ...stayingTags(change)] };
    if (isUpToDate(change, wish)) return settled(progress);
    const ids = new Map(subscriptionIds(previous?.vendorId));
    for (const id of new Set(desired.audiences)) {
      const mayReactivate = access.settings.unsubscribed === 'reactivate';
      const { subscription, ...step } = await bring(
        new Publication(access, id),
        change,
        wish.values,
        mayReactivate,
      );
      progress = together(progress, step);
      if (subscription !== undefined) {
        ids.set(id, subscription.id);
        progress = together(progress, { written: { vendorId: vendorIdOf(ids) } });
      }
      if (endsTheCall(step.failure)) return settled(progress);
    }
    for (const id of audienceDifference(change).remove) {
      if (previous === undefined) break;
      const { subscription, ...step } = await takeBack(new Publication(access, id), previous);
      progress = together(progress, step);
      if (subscription !== undefined) progress = together(progress, { warnings: [stayingSubscription(id)] });
      else if (step.failure === undefined)
        progress = together(progress, { written: { audiencesLeft: [id] } });
      if (endsTheCall(step.failure)) break;
    }
    return settled(progress);
  }

  /** beehiiv has no events: a tag stands for each kind. Tagging never makes a subscription. */
  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const tag = eventTag(event.name.trim());
    if (event.name.trim() === '') return { kind: 'refused', code: 'event_name_invalid', field: 'name' };
    const targets = await subscriptionsOf(access, event);
    if (targets.kind !== 'targets') return targets;
    let refusal: Failure = { kind: 'refused', code: 'event_refused', vendorMessage: 'No such subscription.' };
    let tagged = false;
    for (const [publicationId, id] of targets.ids) {
      const publication = new Publication(access, publicationId);
      const reading = await publication.tag(id, [tag]);
      if (reading.kind === 'failed') return reading.failure;
      if (reading.kind === 'found') tagged = true;
      else {
        const missing = reading.status === 404 ? await publication.missing() : undefined;
        const code = isTagLimit(reading) ? 'tag_limit_reached' : 'event_refused';
        refusal = missing ?? refused(code, reading);
        if (endsTheCall(missing)) return refusal;
      }
    }
    return tagged ? { kind: 'accepted', written: { tagsAdded: [tag] } } : refusal;
  }

  async readContact(access: ProviderAccess, email: string): Promise<ContactReading> {
    const found = await findEverywhere(access, email.trim());
    if (found.kind !== 'sightings') return found;
    const { seen } = found;
    if (seen.length === 0) return { kind: 'not_found' };
    const fields = seen.reduceRight<Readonly<Record<string, FieldValue>>>(
      (all, { subscription }) => ({ ...all, ...subscription.fields }),
      {},
    );
    const snapshot: ContactSnapshot = {
      email: seen[0]?.subscription.email ?? email,
      vendorId: vendorIdOf(
        new Map(seen.map(({ publication, subscription }) => [publication.id, subscription.id])),
      ),
      fields,
      consent: lowestConsent(seen.map(({ subscription }) => subscription.status)),
      audiences: seen.flatMap(({ publication, subscription }) =>
        standingOf(subscription.status) === 'in' ? [publication.id] : [],
      ),
      seenAt: new Date(access.now()).toISOString(),
    };
    return { kind: 'found', snapshot };
  }

  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    if (!isSendable(previous.email.trim())) return { kind: 'unchanged' };
    const ids = new Set([...previous.audiences, ...subscriptionIds(previous.vendorId).keys()]);
    let progress: Progress = {};
    let stays = false;
    for (const id of ids) {
      const { subscription, ...step } = await takeBack(new Publication(access, id), previous);
      progress = together(progress, step);
      if (endsTheCall(step.failure)) return settled(progress);
      if (subscription === undefined) continue;
      stays = true;
      progress = together(progress, { warnings: [stayingSubscription(id)] });
    }
    const tags = stays ? staying(previous.tags) : [];
    return settled(together(progress, { warnings: tags }));
  }

  /** Deletes the subscription and all its data, in every publication of the key. */
  async eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
    const found = await findEverywhere(access, email.trim());
    if (found.kind !== 'sightings') return found;
    for (const { publication, subscription } of found.seen) {
      const reading = await publication.delete(subscription.id);
      if (reading.kind === 'failed') return reading.failure;
      const gone = reading.kind === 'declined' ? reading.status === 404 : reading.status === 204;
      if (!gone) return { ...unknownAnswer(), ...wordsOf(reading) };
    }
    return { kind: found.seen.length === 0 ? 'unchanged' : 'confirmed' };
  }
}

/** Without a write nothing changed. */
function settled(progress: Progress): Outcome {
  return outcomeOf(progress, progress.sent === true ? 'accepted' : 'unchanged');
}

interface Sighting {
  readonly publication: Publication;
  readonly subscription: Subscription;
}

interface Sightings {
  readonly kind: 'sightings';
  readonly seen: readonly Sighting[];
}

/** Looks an address up in every publication that the key opens. */
async function findEverywhere(access: ProviderAccess, email: string): Promise<Sightings | Failure> {
  if (!isSendable(email)) return { kind: 'sightings', seen: [] };
  const publications = await allPublications(access);
  if (publications.kind !== 'publications') return publications;
  const seen: Sighting[] = [];
  for (const publication of publications.all) {
    const look = await publication.look(email);
    if (look.kind === 'failed') return look.failure;
    if (look.kind === 'found') seen.push({ publication, subscription: look.subscription });
  }
  return { kind: 'sightings', seen };
}

interface Targets {
  readonly kind: 'targets';
  /** Publication → subscription. */
  readonly ids: ReadonlyMap<string, string>;
}

async function subscriptionsOf(
  access: ProviderAccess,
  { vendorId, email }: ContactEvent,
): Promise<Targets | Failure> {
  const known = subscriptionIds(vendorId);
  if (known.size > 0) return { kind: 'targets', ids: known };
  const found = await findEverywhere(access, email.trim());
  if (found.kind !== 'sightings') return found;
  const ids = new Map(found.seen.map((one) => [one.publication.id, one.subscription.id]));
  return { kind: 'targets', ids };
}

function lowestConsent(statuses: readonly string[]): ContactSnapshot['consent'] {
  const has = (...some: readonly string[]): boolean => statuses.some((status) => some.includes(status));
  if (has('inactive', 'paused')) return 'unsubscribed';
  if (has('invalid')) return 'bounced';
  return statuses.every((status) => status === 'active') ? 'subscribed' : 'unknown';
}

function stayingTags(change: ContactChange): readonly Warning[] {
  return staying(tagDifference(change).remove);
}

function staying(tags: readonly string[]): readonly Warning[] {
  if (tags.length === 0) return [];
  const detail = `beehiiv has no call that takes a tag away, so these stay: ${tags.join(', ')}.`;
  return [{ code: 'left_in_place', field: 'tags', detail }];
}

function stayingSubscription(publication: string): Warning {
  const detail = `The person stays a subscriber of ${publication}: leaving it would mean to unsubscribe them.`;
  return { code: 'left_in_place', detail };
}
