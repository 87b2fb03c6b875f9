import type { CredentialCheck, Right } from '@rekomi/provider-contract';

import type { ConnectionState } from './connection-problem.js';
import type { Environment, Settings } from './connection-settings.js';

/** A connection as it is stored, without its sealed credentials. */
export interface ConnectionRow {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly environment: Environment;
  readonly state: ConnectionState;
  readonly state_code: string | null;
  readonly state_detail: string | null;
  readonly state_since: Date;
  readonly public_credentials: Readonly<Record<string, string>>;
  readonly present_credentials: readonly string[];
  readonly account_key: Buffer;
  readonly account_id: string | null;
  readonly account_name: string | null;
  readonly region: string | null;
  readonly rights: readonly Right[];
  readonly checks: readonly CredentialCheck[];
  readonly settings: Settings;
  readonly default_audience: string | null;
  readonly default_audience_name: string | null;
  readonly default_tags: readonly string[];
  readonly config_version: number;
  readonly receipt_percent: number;
  readonly verified_at: Date | null;
  /** When it is verified again by itself. */
  readonly check_at: Date;
  readonly check_tries: number;
  readonly heals: number;
  /** Audiences of single campaigns that are gone. */
  readonly missing_audiences: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const CONNECTION_COLUMNS = `c.id, c.provider, c.label, c.environment, c.state, c.state_code, c.state_detail,
  c.state_since, c.public_credentials, c.present_credentials, c.account_key, c.account_id, c.account_name, c.region,
  c.rights, c.checks, c.settings, c.default_audience, c.default_audience_name, c.default_tags, c.config_version, c.receipt_percent,
  c.verified_at, c.check_at, c.check_tries, c.heals, c.missing_audiences, c.created_at, c.updated_at`;

/** Changes whenever a person, a verification or the engine changed the connection's standing or configuration. */
export const STANDING = `concat_ws('/', c.state, extract(epoch FROM c.state_since), extract(epoch FROM c.verified_at), c.config_version)`;
