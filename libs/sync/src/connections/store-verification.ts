import type { Verification } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { ConnectionStates } from './connection-states.js';
import type { StoredConnection } from './sql/select-stored-connection.js';
import { updateChecks, updateVerified } from './sql/update-connection.js';

/**
 * What a verification that a person asked for makes of the connection. A pause outlives all of it. The caller holds the
 * row's lock.
 */
export async function storeVerification(
  tx: EntityManager,
  states: ConnectionStates,
  row: StoredConnection,
  verification: Verification,
): Promise<void> {
  const paused = row.state === 'paused';
  switch (verification.kind) {
    case 'valid':
      await storeValid(tx, row, verification);
      if (!paused) await states.start(tx, row, 'by a person');
      return;
    case 'rejected':
      await updateChecks(tx, row.id, verification.checks);
      if (!paused) await stopRejected(tx, states, row, verification);
      return;
    case 'untestable':
      // Only sending can tell. Whoever asks has a reason to think that it works again; if not, it stops once more.
      await updateChecks(tx, row.id, verification.checks);
      if (row.state === 'auth_error') await states.start(tx, row, 'by a person');
      return;
    case 'unreachable':
      // Says nothing about the credentials, so what was known of them stays.
      return;
  }
}

/** What the vendor says of an account whose credentials it accepts. */
export async function storeValid(
  tx: EntityManager,
  row: StoredConnection,
  verification: Extract<Verification, { kind: 'valid' }>,
): Promise<void> {
  await updateVerified(tx, row.id, {
    accountId: verification.account.id,
    accountName: verification.account.name,
    region: verification.region,
    rights: verification.rights,
    checks: verification.checks,
  });
}

export async function stopRejected(
  tx: EntityManager,
  states: ConnectionStates,
  row: StoredConnection,
  { code, vendorMessage }: Extract<Verification, { kind: 'rejected' }>,
): Promise<void> {
  await states.stop(tx, row, {
    state: 'auth_error',
    code,
    ...(vendorMessage === undefined ? {} : { detail: vendorMessage }),
  });
}
