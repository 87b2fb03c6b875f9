import type { Tenancy } from '@rekomi/database';
import type { Audience, Failure } from '@rekomi/provider-contract';

import { denied, granted, type ConnectionResult } from './connection-problem.js';
import { withArticle } from './connection-text.js';
import type { ConnectionVerifier, VerificationSubject } from './connection-verifier.js';
import { forgetCreation, noteCreation } from './sql/audience-creation.js';
import { problemOf } from './vendor-problem.js';

/** Whose wish it is, so that a repeat of it is known as one. */
export interface CreationRequest {
  readonly organizationId: string;
  readonly connectionId: string;
  /** The same for every sending of one request; absent when the caller gave nothing to know it by. */
  readonly requestId?: string;
}

/**
 * Creates audiences at the vendor. Of a request that can be recognised it is noted beforehand which audiences had the
 * name: one more of them is what an earlier sending created before its answer got lost, and is handed out instead of
 * creating another. What this cannot know: whether somebody else created one of the same name in between (then theirs
 * is handed out), and what the vendor does not list yet.
 */
export class AudienceCreator {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly verifier: ConnectionVerifier,
  ) {}

  async create(
    request: CreationRequest,
    subject: VerificationSubject,
    name: string,
  ): Promise<ConnectionResult<Audience>> {
    const { manifest } = subject.provider;
    if (!manifest.audience.creatable || subject.provider.createAudience === undefined) {
      const detail = `${manifest.name} has no way to create ${withArticle(manifest.audience.singular)} through its API. Create it there, then choose it here.`;
      return denied({ reason: 'unsupported', detail });
    }
    const { requestId } = request;
    if (requestId === undefined) return this.ask(subject, name);
    // With the name: under one id two names are two wishes.
    const known = { ...request, requestId: `${requestId}\n${name}` };
    const before = await this.named(subject, name);
    if (!before.ok) return before;
    const noted = await this.tenancy.run(request.organizationId, (tx) =>
      noteCreation(
        tx,
        known,
        before.value.map(({ id }) => id),
      ),
    );
    if (noted.kind === 'under_way') return denied({ reason: 'under_way' });
    if (noted.kind === 'repeated') {
      // Listed anew: the earlier sending can no longer land, but it may have after the first look.
      const now = await this.named(subject, name);
      if (!now.ok) return now;
      const made = now.value.find(({ id }) => !noted.idsBefore.includes(id));
      if (made !== undefined) return granted(made);
    }
    return this.ask(subject, name, async (failure) => {
      // Nothing came of it, so there is nothing to look for.
      if (!mayHaveCreated(failure))
        await this.tenancy.run(request.organizationId, (tx) => forgetCreation(tx, known));
    });
  }

  private async ask(
    subject: VerificationSubject,
    name: string,
    onFailure: (failure: Failure) => Promise<void> = () => Promise.resolve(),
  ): Promise<ConnectionResult<Audience>> {
    const creation = await this.verifier.createAudience(subject, name);
    if (creation === undefined) return denied({ reason: 'unsupported', detail: 'There is no such call.' });
    if (creation.kind === 'created') return granted(creation.audience);
    await onFailure(creation);
    return denied(problemOf(creation));
  }

  private async named(
    subject: VerificationSubject,
    name: string,
  ): Promise<ConnectionResult<readonly Audience[]>> {
    const found = await this.verifier.audiencesNamed(subject, name);
    return found.kind === 'found' ? granted(found.audiences) : denied(problemOf(found.failure));
  }
}

function mayHaveCreated({ kind }: Failure): boolean {
  return kind === 'ambiguous' || kind === 'unavailable';
}
