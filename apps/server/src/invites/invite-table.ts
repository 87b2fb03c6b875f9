import { Injectable } from '@nestjs/common';
import type { CsvCell } from '@rekomi/http';
import {
  InviteKeeperService,
  InviteLinks,
  type InviteQuery,
  type InviteView,
  ProgramWork,
} from '@rekomi/programs';

import { valueOf } from '../programs/program-problems.js';

const PAGE = 1_000;

export const INVITE_CSV_HEADER = [
  ...['email', 'first_name', 'last_name', 'link', 'state', 'expires_at', 'campaign', 'tier', 'tags'],
  ...[
    'approve_on_accept',
    'delivered_by',
    'mailed_at',
    'accepted_at',
    'revoked_at',
    'created_at',
    'id',
    'affiliate_id',
  ],
];

/** Invites as rows of a file, with the links of those that are open. */
@Injectable()
export class InviteTable {
  constructor(
    private readonly keeper: InviteKeeperService,
    private readonly links: InviteLinks,
    private readonly work: ProgramWork,
  ) {}

  async *rows(organizationId: string, filter: InviteQuery): AsyncGenerator<readonly CsvCell[]> {
    for (let after: string | undefined; ;) {
      const found: readonly InviteView[] = valueOf(
        await this.work.run(organizationId, (unit) =>
          this.keeper.list(unit, filter, { limit: PAGE, ...(after === undefined ? {} : { after }) }),
        ),
      );
      const page = found.slice(0, PAGE);
      for (const invite of page) yield this.#cells(invite);
      after = page.at(-1)?.id;
      if (found.length <= PAGE || after === undefined) return;
    }
  }

  #cells(invite: InviteView): readonly CsvCell[] {
    const link = invite.state === 'open' ? this.links.invite(invite.id) : '';
    return [
      ...[invite.email, invite.firstName, invite.lastName, link, invite.state, invite.expiresAt],
      ...[
        invite.campaign.slug,
        invite.tier,
        invite.tags.join('; '),
        invite.approveOnAccept,
        invite.deliveredBy,
      ],
      ...[
        invite.mailedAt,
        invite.acceptedAt,
        invite.revokedAt,
        invite.createdAt,
        invite.id,
        invite.affiliateId,
      ],
    ];
  }
}
