import {
  changedFields,
  sameAddress,
  tagDifference,
  type ContactChange,
  type ContactRemoval,
  type Outcome,
  type ProviderAccess,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { profileOf } from './mailchimp.audiences.js';
import { ownFields, standingOf, valuesOf, vendorIdOf, type Values } from './mailchimp.mapping.js';
import { AudienceMember } from './mailchimp.member.js';
import { AudienceProgress } from './mailchimp.progress.js';

export function upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
  return new ContactWrite(access, change.previous).upsert(change);
}

export function removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
  return new ContactWrite(access, previous).remove(previous);
}

/** One contact on its way into, and out of, audiences. Lives as long as one call. */
class ContactWrite {
  private readonly progress = new AudienceProgress();
  /** Audience → whether it is behind. */
  private readonly standing: Map<string, boolean>;

  constructor(
    private readonly access: ProviderAccess,
    private readonly previous: WrittenContact | undefined,
  ) {
    const standing = previous === undefined ? [] : standingOf(previous);
    this.standing = new Map(standing.map(({ id, behind }) => [id, behind]));
  }

  async upsert(change: ContactChange): Promise<Outcome> {
    const { previous, progress } = this;
    const wanted = [...new Set(change.desired.audiences)];
    const { values, warnings } = valuesOf(change.desired);
    progress.warn(...warnings);
    if (previous !== undefined) {
      // After a write whose end is unknown more may stand there than is recorded.
      const doubtful = change.rewrite === true ? previous.audiences : [];
      const there = [...new Set([...this.standing.keys(), ...doubtful])];
      await this.leave(
        there.filter((audience) => !wanted.includes(audience)),
        previous,
      );
    }
    for (const audience of wanted) if (!progress.stopped) await this.write(audience, change, values);
    // As long as one audience is behind, the ledger keeps what is to be taken away there.
    if (![...this.standing.values()].includes(true)) progress.settle();
    if (wanted.length === 0)
      progress.fail({ kind: 'misconfigured', code: 'audience_needed', setting: 'audience' });
    return progress.outcome({ vendorId: vendorIdOf(this.standing) });
  }

  async remove(previous: WrittenContact): Promise<Outcome> {
    await this.leave([...new Set([...this.standing.keys(), ...previous.audiences])], previous);
    return this.progress.outcome({ vendorId: vendorIdOf(this.standing) });
  }

  private async write(audience: string, change: ContactChange, values: Values): Promise<void> {
    const { previous, standing } = this;
    const member = new AudienceMember(this.access, this.progress, audience);
    const email = change.desired.email.trim();
    const moved = previous !== undefined && !sameAddress(previous.email, email);
    const current = standing.get(audience) === false && previous?.audiences.includes(audience) === true;
    const whole = moved || change.rewrite === true || !current;

    const profile = await profileOf(this.access, audience);
    if ('kind' in profile) return this.progress.fail(profile);
    const fields = member.mergeFields(profile, changedFields(values, previous?.fields ?? {}, whole));
    const { add, remove } = tagDifference({ ...change, rewrite: whole });
    // Where we never wrote, a tag of the same name is the merchant's.
    const tags = { add, remove: standing.has(audience) ? remove : [] };
    if (!whole && fields.size + tags.add.length + tags.remove.length === 0) return;

    if (standing.has(audience)) standing.set(audience, true);
    const asAudience = this.access.settings['newPeople'] !== 'subscribed';
    const asNew = profile.doubleOptIn && asAudience ? 'pending' : 'subscribed';
    const renames = moved && standing.has(audience);
    const status = renames ? await member.rename(previous, email, asNew) : asNew;
    if (status === undefined || !(await member.put(email, status, fields))) return;
    standing.set(audience, true);
    if (!(await member.tag(email, tags))) return;
    standing.set(audience, false);
    this.progress.takeAway({ tagsRemoved: remove });
  }

  /**
   * Takes our tags and fields back. The memberships stay: the ways out are unsubscribing, deleting, and archiving, after
   * which nothing but a re-subscription would bring the person back.
   */
  private async leave(audiences: readonly string[], previous: WrittenContact): Promise<void> {
    for (const audience of audiences) {
      await new AudienceMember(this.access, this.progress, audience).takeBack(previous);
      if (this.progress.failed) return;
      this.standing.delete(audience);
      this.progress.add();
      if (!previous.audiences.includes(audience)) continue;
      const detail = `Our tags and fields are gone in audience ${audience}. The person stays in it, because leaving would mean unsubscribing or archiving.`;
      this.progress.warn({ code: 'left_in_place', field: audience, detail });
    }
    if (audiences.length > 0 && this.standing.size === 0)
      this.progress.add({ tagsRemoved: previous.tags, fields: ownFields(previous) });
  }
}
