import type { ReadConsent } from '../affiliates/affiliate-input.js';
import type { GivenConsent } from './answer.js';

/**
 * The wordings that were agreed to, as evidence. A form that asks for consent and gets none records that there is none.
 *
 * @param source address of the page.
 */
export function readConsents(consents: readonly GivenConsent[], source: string): ReadConsent {
  const given = consents.filter((one) => one.given).map(({ wording }) => wording);
  if (given.length === 0 && consents.length > 0) return { basis: 'none_recorded', wording: null, source };
  return { basis: 'application', wording: given.length === 0 ? null : given.join('\n'), source };
}
