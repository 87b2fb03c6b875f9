import { Inject, Injectable, Optional } from '@nestjs/common';
import {
  type MemberInvitation,
  memberInvitationMail,
  OrganizationService,
  SiteAddress,
} from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';
import type { EntityManager } from 'typeorm';

export interface DeliveredInvitation {
  readonly mailed: boolean;
  /** For whoever invited, to be passed on. Null when the link went to the invited address itself. */
  readonly url: string | null;
}

/** Takes the link of an invitation to the invited person: by mail, else by whoever invited. */
@Injectable()
export class InvitationDelivery {
  constructor(
    private readonly organizations: OrganizationService,
    @Inject(SiteAddress) private readonly site: SiteAddress,
    @Optional() private readonly outbox?: MailOutbox,
  ) {}

  async deliver(
    tx: EntityManager,
    organizationId: string,
    { email, role, invitedBy }: MemberInvitation,
    token: string,
  ): Promise<DeliveredInvitation> {
    const url = this.site.url(`/account/invitation/${token}`);
    if (this.outbox?.configured !== true) return { mailed: false, url };
    const { name } = await this.organizations.read(tx);
    const words = { organizationName: name, invitedBy, role };
    await this.outbox.record(tx, organizationId, [memberInvitationMail(email, url, words)]);
    return { mailed: true, url: null };
  }
}
