import { errorText } from '@rekomi/provider-contract';

import { withArticle } from './connection-text.js';
import { denied, granted, type ConnectionResult } from './connection-problem.js';
import type { ConnectionVerifier, VerificationSubject } from './connection-verifier.js';

export interface AudienceChoice {
  /** Absent when the vendor could not be asked. */
  readonly name?: string;
  readonly warnings: readonly string[];
}

/**
 * Checks a chosen audience against the vendor's list. One that the vendor does not list is refused; when the vendor
 * can't be asked (no key for it, no answer), the choice is taken with a warning, because sending may work all the same.
 */
export async function chooseAudience(
  verifier: ConnectionVerifier,
  subject: VerificationSubject,
  id: string | undefined,
): Promise<ConnectionResult<AudienceChoice>> {
  const { audience } = subject.provider.manifest;
  if (id === undefined) {
    return audience.required
      ? invalid('required', `Without ${withArticle(audience.singular)} nobody can be added. Choose one.`)
      : granted({ warnings: [] });
  }
  const search = await verifier.findAudience(subject, id);
  switch (search.kind) {
    case 'found':
      return granted({ name: search.audience.name, warnings: [] });
    case 'rule_based':
      return invalid(
        'audience_rule_based',
        `The members of "${id}" are computed by rules at the vendor, so nobody can be added. Choose ${withArticle(audience.singular)}.`,
      );
    case 'absent':
      if (audience.typed === true) return granted({ name: id, warnings: [] });
      return invalid(
        'audience_missing',
        `No ${audience.singular} "${id}" is among the ${search.searched} that the account lists.`,
      );
    case 'unknown':
      if (audience.typed === true && search.failure?.code === 'audiences_not_listed')
        return granted({ name: id, warnings: [] });
      return granted({
        warnings: [
          `The ${audience.singular} "${id}" was taken unchecked` +
            (search.failure === undefined ? '.' : `: ${errorText(search.failure.code).title.toLowerCase()}.`),
        ],
      });
  }
}

function invalid(code: string, detail: string): ConnectionResult<AudienceChoice> {
  return denied({ reason: 'invalid', errors: [{ pointer: '#/defaultAudience', code, detail }] });
}
