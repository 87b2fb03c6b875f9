import { SIGNATURE_WINDOW_SECONDS, type SignatureFault } from '@rekomi/webhooks';
import Stripe from 'stripe';

/** The library wants a key to exist; checking a signature calls nobody. */
const stripe = new Stripe('not_used_to_call_anybody');

/** Checks a Stripe webhook with Stripe's own library, against every secret that is valid now. */
export function stripeSignatureFault(
  secrets: readonly string[],
  header: string | undefined,
  body: string,
): SignatureFault | undefined {
  if (header === undefined || header === '') return 'signature_missing';
  let fault: SignatureFault = 'signature_mismatch';
  for (const secret of secrets) {
    try {
      stripe.webhooks.constructEvent(body, header, secret, SIGNATURE_WINDOW_SECONDS);
      return undefined;
    } catch (err) {
      if (!(err instanceof Stripe.errors.StripeSignatureVerificationError)) throw err;
      // Only reached with a good signature: the time is looked at last.
      if (/tolerance/i.test(err.message)) fault = 'signature_stale';
    }
  }
  return fault;
}
