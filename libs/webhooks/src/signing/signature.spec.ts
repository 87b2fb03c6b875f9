import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';

import { signatureFault, signMessage } from './signature.js';
import { generateSigningSecret, keyOfSecret } from './signing-secret.js';

const NOW = Date.now();
const body = '{"orderId":"order-1","revenue":9900}';

describe('a signed message', () => {
  it('is accepted by the reference library, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uuid(), (value, id) => {
        const text = JSON.stringify(value);
        const secret = generateSigningSecret();
        const verified = new Webhook(secret).verify(text, { ...signMessage([secret], id, Date.now(), text) });
        expect(JSON.stringify(verified)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('is accepted by both the old and the new secret while one replaces the other', () => {
    const [old, fresh] = [generateSigningSecret(), generateSigningSecret()];
    const headers = signMessage([fresh, old], 'msg_1', NOW, body);
    for (const secret of [old, fresh]) {
      expect(() => new Webhook(secret).verify(body, { ...headers })).not.toThrow();
    }
  });
});

describe('a message that came in', () => {
  const secret = generateSigningSecret();
  const signedByReference = (at: number) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', new Date(at), body),
  });

  it('signed by the reference library is accepted, also beside signatures of other secrets and versions', () => {
    const headers = signedByReference(NOW);
    expect(signatureFault([generateSigningSecret(), secret], headers, body, NOW)).toBeUndefined();
    const several = { ...headers, 'webhook-signature': `v2,AAAA v1,AAAA ${headers['webhook-signature']}` };
    expect(signatureFault([secret], several, body, NOW)).toBeUndefined();
  });

  it.each([-300_000, 300_000])('is accepted up to 300 seconds away (%d ms)', (offset) => {
    const at = Math.floor(NOW / 1000) * 1000;
    expect(signatureFault([secret], signedByReference(at + offset), body, at)).toBeUndefined();
  });

  it.each([-301_000, 301_000])('is stale beyond that (%d ms)', (offset) => {
    const at = Math.floor(NOW / 1000) * 1000;
    expect(signatureFault([secret], signedByReference(at + offset), body, at)).toBe('signature_stale');
  });

  it.each(['', 'soon', '1e9', '0x10', ' 1', '-1', '9'.repeat(30)])(
    'with the time %p is not accepted',
    (timestamp) => {
      const headers = { ...signMessage([secret], 'msg_1', NOW, body), 'webhook-timestamp': timestamp };
      expect(signatureFault([secret], headers, body, NOW)).toMatch(/signature_(stale|missing)/);
    },
  );

  it('with anything changed is not accepted', () => {
    const headers = signedByReference(NOW);
    const faults = [
      signatureFault([secret], headers, body.replace('9900', '9901'), NOW),
      signatureFault([secret], headers, `${body} `, NOW),
      signatureFault([secret], { ...headers, 'webhook-id': 'msg_2' }, body, NOW),
      signatureFault([generateSigningSecret()], headers, body, NOW),
      signatureFault([], headers, body, NOW),
      signatureFault([secret], { ...headers, 'webhook-signature': 'v1,' }, body, NOW),
      signatureFault(
        [secret],
        { ...headers, 'webhook-signature': headers['webhook-signature'].slice(0, -4) },
        body,
        NOW,
      ),
    ];
    expect(faults).toEqual(faults.map(() => 'signature_mismatch'));
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is not accepted', (name) => {
    const headers = { ...signedByReference(NOW), [name]: undefined };
    expect(signatureFault([secret], headers, body, NOW)).toBe('signature_missing');
  });
});

describe('a secret', () => {
  it('is read with and without its prefix, and nothing else is', () => {
    const secret = generateSigningSecret();
    expect(keyOfSecret(secret)).toEqual(keyOfSecret(secret.slice('whsec_'.length)));
    expect(['', 'whsec_', 'whsec_short', 'whsec_ä', `whsec_${'A'.repeat(200)}`].map(keyOfSecret)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });
});
