import type { Vault } from '@rekomi/vault';

import type { Pacer } from '../engine/pacer.js';
import type { AudienceNames } from '../ports.js';
import { ConnectionChecks } from './connection-checks.js';
import type { ConnectionParts } from './connection-parts.js';
import { ConnectionStates } from './connection-states.js';
import { ConnectionVerifier } from './connection-verifier.js';
import { containedProviders } from './contained-providers.js';
import type { ClaimedCheck } from './sql/connection-check.js';
import { VendorDoor } from './vendor-door.js';

export type { ConnectionChecks } from './connection-checks.js';

/** What checks are made of beside what connections are made of. */
export interface CheckSetting extends ConnectionParts {
  readonly vault: Vault;
  readonly pacer: Pacer;
  readonly audienceNames?: AudienceNames;
  /** Ends whatever is being asked: no answer changes nothing. */
  readonly ending?: AbortSignal;
  readonly onFailure: (err: unknown, check: ClaimedCheck) => void;
}

/** Checks that ask vendors within the pace of the engine. */
export function makeConnectionChecks(setting: CheckSetting): ConnectionChecks {
  const { tenancy, outbox, notices, transport, pacer, vault, audienceNames, onFailure } = setting;
  const pace = {
    gate: (account: string, ...rest: [Parameters<Pacer['gate']>[1], Parameters<Pacer['gate']>[2]]) =>
      pacer.gate(Buffer.from(account, 'hex'), ...rest),
  };
  return new ConnectionChecks({
    ...{ tenancy, outbox, onFailure },
    providers: containedProviders(setting),
    verifier: new ConnectionVerifier(
      new VendorDoor(transport, pace, setting.now ?? Date.now, setting.ending),
      vault,
    ),
    states: new ConnectionStates(setting),
    ...(notices === undefined ? {} : { notices }),
    ...(audienceNames === undefined ? {} : { audienceNames }),
  });
}
