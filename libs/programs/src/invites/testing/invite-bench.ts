import { createSecretKey, randomBytes } from 'node:crypto';

import { MailOutbox } from '@rekomi/mail';
import { SqlOutbox } from '@rekomi/sync';

import { ContactFanOut } from '../../enrolments/contact-fan-out.js';
import { ProgramBench } from '../../testing/program-bench.js';
import { InviteExpiry } from '../invite-expiry.js';
import { InviteFanOut } from '../invite-fan-out.js';
import { InviteKeeperService } from '../invite-keeper.service.js';
import { InviteLinks } from '../invite-links.js';
import { InviteMailer } from '../invite-mailer.js';
import type { InviteOutcome, InviteRequest } from '../invite-request.js';
import { InviteService } from '../invite.service.js';

class NoMail extends MailOutbox {
  readonly configured = false;

  override record(): Promise<void> {
    return Promise.reject(new Error('No mail server is configured.'));
  }
}

/** Invites on a real database, beside everything of a {@link ProgramBench}. */
export class InviteBench {
  readonly fanOut = new InviteFanOut(
    new ContactFanOut(
      new SqlOutbox({
        wake: () => undefined,
        listen: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
    ),
  );
  readonly keeper = new InviteKeeperService(this.fanOut);
  readonly invites: InviteService;
  readonly expiry: InviteExpiry;

  private constructor(readonly programs: ProgramBench) {
    const key = createSecretKey(randomBytes(32));
    const links = new InviteLinks(() => [key], { url: (path) => `https://crm.example.com${path}` });
    this.expiry = new InviteExpiry(programs.tenancy, programs.work, this.fanOut);
    this.invites = new InviteService(this.fanOut, new InviteMailer(new NoMail(), links));
  }

  static async open(): Promise<InviteBench> {
    return new InviteBench(await ProgramBench.open());
  }

  close(): Promise<void> {
    return this.programs.close();
  }

  async reset(): Promise<void> {
    await this.programs.superuser.query('DELETE FROM suppression');
    await this.programs.reset();
  }

  invite(
    campaign: string,
    people: readonly unknown[],
    more: Partial<InviteRequest> = {},
  ): Promise<readonly InviteOutcome[]> {
    return this.programs.do((unit) =>
      this.invites.invite(unit, { campaign, people, source: 'api', ...more }),
    );
  }
}
