import { problem } from '@rekomi/http';
import { type InboundKind, keyOfSecret } from '@rekomi/webhooks';

/** Stripe makes its secret itself; for conversions we make it unless the sender brings one of the same form. */
export function refuseForeignSecret(kind: InboundKind, secret: string | undefined): void {
  const detail = faultOf(kind, secret);
  if (detail === undefined) return;
  throw problem('validation_failed', { errors: [{ pointer: '#/secret', code: 'invalid_value', detail }] });
}

function faultOf(kind: InboundKind, secret: string | undefined): string | undefined {
  if (kind === 'stripe') {
    return secret !== undefined && /^whsec_[\w+/=-]{16,}$/.test(secret)
      ? undefined
      : 'Paste the signing secret that Stripe shows for the endpoint. It begins with whsec_.';
  }
  return secret === undefined || keyOfSecret(secret) !== undefined
    ? undefined
    : 'A secret is whsec_ and 24 to 64 bytes in base64. Leave it out to have one made.';
}
