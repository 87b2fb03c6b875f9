import type { ActiveConnection } from '@rekomi/sync';
import type { CredentialSource } from '@rekomi/transport';
import { OpenedCredentials, sealedFromStorage, type Vault } from '@rekomi/vault';

/** A disconnected connection has none left; what waits there is settled without a call. */
export function openCredentials(vault: Vault, connection: ActiveConnection): CredentialSource {
  if (connection.sealedCredentials === undefined) return OpenedCredentials.hold({});
  return vault.open(sealedFromStorage(connection.sealedCredentials), {
    organizationId: connection.organizationId,
    connectionId: connection.id,
  });
}
