import type { ProviderManifest } from '@rekomi/provider-contract';

import type { AudienceListing } from './audience-listing.js';
import type { ConnectionVerifier, VerificationSubject } from './connection-verifier.js';
import { findReadable } from './readable-audiences.js';
import { SCRIPTED_MANIFEST, ScriptedProvider } from './testing/scripted-provider.js';

class ReadingProvider extends ScriptedProvider {
  override readonly manifest: ProviderManifest = {
    ...SCRIPTED_MANIFEST,
    capabilities: { ...SCRIPTED_MANIFEST.capabilities, readBack: true },
  };

  readContact() {
    return Promise.resolve({ kind: 'not_found' as const });
  }
}

const LISTED: AudienceListing = {
  kind: 'listed',
  audiences: [{ id: '7', name: 'Affiliates' }],
  ruleBased: [{ id: '8', name: 'Power users' }],
};

function find(ids: readonly string[], listing = LISTED, provider: ScriptedProvider = new ReadingProvider()) {
  const verifier = { everyAudience: () => Promise.resolve(listing) } as unknown as ConnectionVerifier;
  const subject = { provider } as unknown as VerificationSubject;
  const wanted = ids.map((id, index) => ({ id, pointer: `#/tiers/${index}/audience/id` }));
  return findReadable(verifier, subject, wanted);
}

describe('audiences to be read', () => {
  it('may be rule-based, and are told by name in the order of asking', async () => {
    expect(await find(['8', '7'])).toEqual({
      ok: true,
      value: {
        audiences: [
          { id: '8', name: 'Power users' },
          { id: '7', name: 'Affiliates' },
        ],
        warnings: [],
      },
    });
  });

  it('have to exist', async () => {
    expect(await find(['7', '99'])).toEqual({
      ok: false,
      problem: {
        reason: 'invalid',
        errors: [
          {
            pointer: '#/tiers/1/audience/id',
            code: 'audience_missing',
            detail: 'No segment "99" is among the 2 that the account lists.',
          },
        ],
      },
    });
  });

  it('are taken unchecked with a warning only where an account has more than are searched', async () => {
    expect(await find(['99'], { ...LISTED, nextCursor: '1' })).toMatchObject({
      ok: true,
      value: { audiences: [{ id: '99', name: '99' }], warnings: [expect.stringContaining('unchecked')] },
    });
  });

  it('cannot be had without the key for reading, nor of a vendor that does not tell', async () => {
    const failure = { kind: 'misconfigured', code: 'credential_missing', setting: 'appKey' } as const;
    expect(await find(['7'], { kind: 'failed', failure })).toMatchObject({
      ok: false,
      problem: { reason: 'vendor', code: 'credential_missing' },
    });
    expect(await find(['7'], LISTED, new ScriptedProvider())).toEqual({
      ok: false,
      problem: {
        reason: 'unsupported',
        detail:
          'Scripted CRM cannot be asked which segments somebody is in, so no tier can follow from them.',
      },
    });
  });
});
