import {
  changedFields,
  foundOf,
  sameAddress,
  tagDifference,
  type ContactChange,
  type ContactRemoval,
  type Outcome,
  type ProviderAccess,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { profileOf } from './mailchimp.audiences.js';
import {
  foundField,
  foundIn,
  hasTag,
  ownFields,
  standingOf,
  valuesOf,
  vendorIdOf,
  type Values,
} from './mailchimp.mapping.js';
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
  /** Audience → tags that the member had before us. */
  private readonly found: ReadonlyMap<string, readonly string[]>;
  /** Wanted tags that an audience had, and those that one had not. */
  private readonly seen = { there: new Set<string>(), missing: new Set<string>() };

  constructor(
    private readonly access: ProviderAccess,
    private readonly previous: WrittenContact | undefined,
  ) {
    const standing = previous === undefined ? [] : standingOf(previous);
    this.standing = new Map(standing.map(({ id, behind }) => [id, behind]));
    this.found = previous === undefined ? new Map() : foundIn(previous);
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
    const { there, missing } = this.seen;
    return progress.outcome({
      vendorId: vendorIdOf(this.standing),
      ...foundOf([...there].filter((tag) => !missing.has(tag))),
    });
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
    const before = this.found.get(audience) ?? [];
    const away = standing.has(audience) ? remove.filter((tag) => !hasTag(before, tag)) : [];
    if (!whole && fields.size + add.length + away.length === 0) {
      // The tag stays, and is there for the merchant alone from now on.
      if (remove.length > 0) this.progress.takeAway({ tagsRemoved: remove });
      return;
    }

    const known = standing.has(audience);
    const wasThere = standing.get(audience) === false || previous?.audiences.includes(audience) === true;
    if (known) standing.set(audience, true);
    const asAudience = this.access.settings['newPeople'] !== 'subscribed';
    const asNew = profile.doubleOptIn && asAudience ? 'pending' : 'subscribed';
    const renamed =
      moved && known
        ? await member.rename(previous, email, asNew, wasThere)
        : ({ status: asNew, came: known } as const);
    if (renamed === undefined || !(await member.put(email, renamed.status, fields))) return;
    standing.set(audience, true);
    const missing =
      add.length === 0 ? [] : await this.missing(member, { audience, email, add, ours: renamed.came });
    if (missing === undefined || !(await member.tag(email, { add: missing, remove: away }))) return;
    standing.set(audience, false);
    this.progress.takeAway({ tagsRemoved: remove });
  }

  /**
   * The tags that the member has not, or that are ours. What it had before us stays out of it, and is on record also when
   * the call behind this look fails.
   *
   * @returns undefined when it failed.
   */
  private async missing(
    member: AudienceMember,
    {
      audience,
      email,
      add,
      ours,
    }: { audience: string; email: string; add: readonly string[]; ours: boolean },
  ): Promise<readonly string[] | undefined> {
    const held = await member.tags(email);
    if (held === undefined) return undefined;
    const before = ours ? (this.found.get(audience) ?? []) : [];
    const isOurs = (tag: string): boolean =>
      ours && hasTag(this.previous?.tags ?? [], tag) && !hasTag(before, tag);
    const found = add.filter((tag) => hasTag(held, tag) && !isOurs(tag));
    // What is not looked at now is known from before.
    const kept = before.filter((tag) => !hasTag(add, tag));
    if (found.length + (this.found.get(audience) ?? []).length > 0)
      this.progress.add({ fields: foundField(audience, [...kept, ...found]) });
    const missing = add.filter((tag) => !found.includes(tag));
    for (const tag of found) this.seen.there.add(tag);
    for (const tag of missing) this.seen.missing.add(tag);
    return missing;
  }

  /**
   * Takes our tags and fields back. The memberships stay: the ways out are unsubscribing, deleting, and archiving, after
   * which nothing but a re-subscription would bring the person back.
   */
  private async leave(audiences: readonly string[], previous: WrittenContact): Promise<void> {
    for (const audience of audiences) {
      const before = this.found.get(audience) ?? [];
      const ours = { ...previous, tags: previous.tags.filter((tag) => !hasTag(before, tag)) };
      await new AudienceMember(this.access, this.progress, audience).takeBack(ours);
      if (this.progress.failed) return;
      this.standing.delete(audience);
      this.progress.add(before.length === 0 ? {} : { fields: foundField(audience, []) });
      if (!previous.audiences.includes(audience)) continue;
      const detail = `Our tags and fields are gone in audience ${audience}. The person stays in it, because leaving would mean unsubscribing or archiving.`;
      this.progress.warn({ code: 'left_in_place', field: audience, detail });
    }
    if (audiences.length > 0 && this.standing.size === 0)
      this.progress.add({ tagsRemoved: previous.tags, fields: ownFields(previous) });
  }
}
