import type { Outcome } from '@rekomi/provider-contract';

import type {
  AttemptRecord,
  ConnectionFinding,
  LaneNext,
  PendingDelivery,
  SettledState,
  Settlement,
} from './delivery.js';
import type { Desired } from '../ports.js';
import type { LaneRunInput } from './lane-step.js';
import { heldBack } from './trying-again.js';

/** Facts about one call that the log wants. */
export interface CallReport {
  readonly durationMs: number;
  readonly exchanges: readonly unknown[];
}

export type SettlementDetails = Partial<Pick<Settlement, 'code' | 'field' | 'detail' | 'warnings'>>;

/** What a run over a lane has to say in the end: how deliveries ended, what was tried, what concerns the connection. */
export class LaneRecord {
  readonly settlements: Settlement[] = [];
  readonly attempts: AttemptRecord[] = [];
  readonly findings: ConnectionFinding[] = [];

  settle(delivery: PendingDelivery, state: SettledState, attempts: number, details: SettlementDetails): void {
    this.settlements.push({ delivery, state, attempts, ...details });
  }

  /** The newest contact delivery ends as `state`; those before it were overtaken by the same write. */
  settleContacts(
    contacts: readonly PendingDelivery[],
    state: SettledState,
    attempts: number,
    details: SettlementDetails,
  ): void {
    const newest = contacts.at(-1);
    for (const delivery of contacts) {
      if (delivery === newest) this.settle(delivery, state, attempts, details);
      else this.settle(delivery, 'coalesced', 0, { code: 'superseded' });
    }
  }

  log(
    delivery: PendingDelivery,
    number: number,
    outcome: Outcome,
    report: CallReport,
    next: LaneNext | undefined,
  ): void {
    if (heldBack(outcome) && report.exchanges.length === 0) return;
    const detail = 'vendorMessage' in outcome ? outcome.vendorMessage : undefined;
    this.attempts.push({
      deliveryId: delivery.id,
      number,
      outcome: outcome.kind,
      ...('code' in outcome ? { code: outcome.code } : {}),
      ...(detail === undefined ? {} : { detail }),
      durationMs: report.durationMs,
      ...(next?.kind === 'due' ? { nextInMs: next.inMs } : {}),
      exchanges: report.exchanges,
    });
  }

  /**
   * The connection itself is at fault, or only the audience of a campaign: whoever is to be in that one then waits alone,
   * and nothing is settled, because all goes on as it is once the audience is back or another one is chosen.
   */
  find(
    outcome: Extract<Outcome, { kind: 'unauthorised' | 'misconfigured' }>,
    desired?: Desired,
    lane?: Pick<LaneRunInput, 'connection' | 'defaultAudience'>,
  ): 'for all' | 'for some' {
    const wanted = desired?.kind === 'present' ? desired.contact.audiences : [];
    const gone = lane?.connection === 'open' ? goneForSome(outcome, wanted, lane.defaultAudience) : undefined;
    if (gone !== undefined) {
      this.findings.push({ kind: 'audiences_missing', code: outcome.code, audiences: gone });
      return 'for some';
    }
    const detail = outcome.vendorMessage === undefined ? {} : { detail: outcome.vendorMessage };
    this.findings.push(
      outcome.kind === 'unauthorised'
        ? {
            kind: 'unauthorised',
            code: outcome.code,
            ...detail,
            ...(outcome.credential === undefined ? {} : { credential: outcome.credential }),
          }
        : { kind: 'misconfigured', code: outcome.code, setting: outcome.setting, ...detail },
    );
    return 'for all';
  }
}

/**
 * The audiences that are gone, when they are of single campaigns; undefined when the connection as a whole is at a loss,
 * because it is its own audience, or something else altogether.
 *
 * @param wanted the contact's audiences.
 */
function goneForSome(
  outcome: Outcome,
  wanted: readonly string[],
  ofAll: string | undefined,
): readonly string[] | undefined {
  if (outcome.kind !== 'misconfigured') return undefined;
  if (outcome.code !== 'audience_missing' && outcome.code !== 'audience_rule_based') return undefined;
  // Where the vendor's answer does not tell which one it is, it may be each of them.
  const gone = outcome.audience === undefined ? wanted : [outcome.audience];
  const isOwn = ofAll !== undefined && gone.includes(ofAll);
  return gone.length === 0 || isOwn ? undefined : gone;
}

/** What an outcome says beside its kind and code. */
export function detailsOf(outcome: Outcome): Pick<SettlementDetails, 'field' | 'detail' | 'warnings'> {
  return {
    ...('field' in outcome && outcome.field !== undefined ? { field: outcome.field } : {}),
    ...('vendorMessage' in outcome && outcome.vendorMessage !== undefined
      ? { detail: outcome.vendorMessage }
      : {}),
    ...(outcome.warnings === undefined ? {} : { warnings: outcome.warnings }),
  };
}
