import type { CredentialCheck, Right } from '@rekomi/provider-contract';

import type { ConnectionState } from './connection-problem.js';
import type { ConnectionRow } from './connection-row.js';
import type { Environment, Settings } from './connection-settings.js';

/** How far lanes are counted; a higher backlog is shown as "at least". */
export const COUNTED_LANES = 1_000;

export interface BoundedCount {
  readonly count: number;
  /** There may be more than were counted. */
  readonly atLeast: boolean;
}

/** A family of endpoints of the vendor account, slower than usual. It comes back to the usual pace by itself. */
export interface SlowedFamily {
  readonly family: string;
  /** Of the usual pace, more than 0 and less than 1. */
  readonly share: number;
  /** When the vendor last had enough. ISO 8601, UTC. */
  readonly since: string;
}

/** A connection as it may be shown: nothing in it is secret. Times are ISO 8601, UTC. */
export interface ConnectionView {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly environment: Environment;
  readonly state: ConnectionState;
  readonly stateCode?: string;
  readonly stateDetail?: string;
  readonly stateSince: string;
  /** The vendor (or its breaker) wants patience until then; the connection itself is in order. */
  readonly rateLimitedUntil?: string;
  /** Endpoint families that are asked less often than usual, because the vendor had enough and did not say for how long. */
  readonly slowedDown: readonly SlowedFamily[];
  readonly credentials: {
    readonly present: readonly string[];
    /** Values of the fields that the manifest does not call secret. */
    readonly public: Readonly<Record<string, string>>;
  };
  readonly account: { readonly id?: string; readonly name?: string };
  readonly region?: string;
  readonly rights: readonly Right[];
  readonly checks: readonly CredentialCheck[];
  /** As chosen; settings that are not here have the manifest's default. */
  readonly settings: Settings;
  readonly defaultAudience?: { readonly id: string; readonly name?: string };
  readonly defaultTags: readonly string[];
  /** Contacts with pending work, and contacts held until something changes. */
  readonly backlog: {
    readonly pending: BoundedCount;
    readonly held: BoundedCount;
    /** Code → how many of the contacts that are due first wait because of it. */
    readonly codes: Readonly<Record<string, number>>;
  };
  readonly configVersion: number;
  /** Of accepted contact writes, how many in a hundred are read back, beside the first ones. */
  readonly receiptPercent: number;
  readonly verifiedAt?: string;
  /** When it is verified again by itself; absent when it is not in use because a person wanted it so. */
  readonly nextCheckAt?: string;
  /** The vendor's ids of audiences of single campaigns that are gone: only who is to be in one of them waits. */
  readonly missingAudiences: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ConnectionViewRow extends ConnectionRow {
  readonly rate_limited_until: Date | null;
  readonly slowed_down: readonly SlowedFamily[];
  readonly pending: number;
  readonly held: number;
  readonly waiting_codes: Readonly<Record<string, number>>;
}

const CHECKED: readonly ConnectionState[] = ['verified', 'auth_error', 'needs_attention'];

export function viewOf(row: ConnectionViewRow): ConnectionView {
  return {
    id: row.id,
    provider: row.provider,
    label: row.label,
    environment: row.environment,
    state: row.state,
    ...(row.state_code === null ? {} : { stateCode: row.state_code }),
    ...(row.state_detail === null ? {} : { stateDetail: row.state_detail }),
    stateSince: row.state_since.toISOString(),
    ...(row.rate_limited_until === null ? {} : { rateLimitedUntil: row.rate_limited_until.toISOString() }),
    slowedDown: row.slowed_down.map((one) => ({ ...one, since: new Date(one.since).toISOString() })),
    credentials: { present: row.present_credentials, public: row.public_credentials },
    account: {
      ...(row.account_id === null ? {} : { id: row.account_id }),
      ...(row.account_name === null ? {} : { name: row.account_name }),
    },
    ...(row.region === null ? {} : { region: row.region }),
    rights: row.rights,
    checks: row.checks,
    settings: row.settings,
    ...(row.default_audience === null
      ? {}
      : {
          defaultAudience: {
            id: row.default_audience,
            ...(row.default_audience_name === null ? {} : { name: row.default_audience_name }),
          },
        }),
    defaultTags: row.default_tags,
    backlog: { pending: bounded(row.pending), held: bounded(row.held), codes: row.waiting_codes },
    configVersion: row.config_version,
    receiptPercent: row.receipt_percent,
    ...(row.verified_at === null ? {} : { verifiedAt: row.verified_at.toISOString() }),
    ...(CHECKED.includes(row.state) ? { nextCheckAt: row.check_at.toISOString() } : {}),
    missingAudiences: row.missing_audiences,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function bounded(count: number): BoundedCount {
  return { count, atLeast: count >= COUNTED_LANES };
}
