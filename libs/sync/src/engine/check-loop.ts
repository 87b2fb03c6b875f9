import type { ContactReading } from '@rekomi/provider-contract';

import { contain } from '../containment/contained-provider.js';
import { receiptVerdict } from '../core/receipt-verdict.js';
import { reconciliationFinding } from '../core/reconciliation-finding.js';
import {
  endFinished,
  findReconciliations,
  nextCheckInMs,
  putOffCheck,
  storeFinding,
  takeChecks,
  type DueCheck,
} from '../sql/reconciliation-work.js';
import {
  beginReceiptAnew,
  decideReceipt,
  nextReceiptInMs,
  putOffReceipt,
  takeReceipts,
  type DueReceipt,
} from '../sql/receipts.js';
import type { ActiveConnection } from './connection.js';
import type { EngineParts } from './engine-parts.js';
import { CHECKING_SHARE, sharedGate } from './shared-gate.js';
import { VendorSession } from './vendor-session.js';

/** Taken at a time, and how long before they fall due again when this process dies. */
const TAKEN_AT_ONCE = 10;
const TAKEN_FOR_MS = 120_000;
/** A contact that is being written right now is left alone for so long. */
const IN_HAND_MS = 2_000;

/** What there is to compare, receipts first: somebody waits for those. */
interface Due {
  readonly receipts: readonly DueReceipt[];
  readonly checks: readonly DueCheck[];
}

/**
 * Holds what we wrote against what is there: receipts of writes that the vendor only accepted, and reconciliations that a
 * person asked for. Reads only, one contact after the other, and takes no more than a share of the reading pace, so that
 * neither writes nor looks that something waits for stand behind it. Needs no lease: looking twice does no harm.
 */
export class CheckLoop {
  private readonly ending = new AbortController();

  constructor(
    private readonly parts: EngineParts,
    private readonly target: { readonly organizationId: string; readonly connectionId: string },
  ) {}

  stop(): void {
    this.ending.abort();
  }

  /** @returns when the next look is due, in milliseconds; undefined when none is owed. */
  async run(): Promise<number | undefined> {
    let session: VendorSession | undefined;
    while (!this.ending.signal.aborted) {
      const { connection, due } = await this.take();
      if (connection === undefined) return undefined;
      if (due.receipts.length + due.checks.length === 0) break;
      // Kept for as long as it fits: it knows when the next request may go.
      if (!isSame(session?.connection, connection)) session = this.session(connection);
      if (session?.provider.readContact === undefined) return undefined;
      const unwatch = this.parts.stops?.watch(this.target.connectionId, () => this.stop());
      try {
        for (const receipt of due.receipts) await this.readBack(receipt, session);
        for (const check of due.checks) await this.compare(check, session);
      } finally {
        unwatch?.();
      }
    }
    return this.parts.tenancy.run(this.target.organizationId, async (tx) => {
      await endFinished(tx, this.target);
      const times = [await nextReceiptInMs(tx, this.target), await nextCheckInMs(tx, this.target)];
      const waits = times.filter((inMs) => inMs !== undefined);
      return waits.length === 0 ? undefined : Math.min(...waits);
    });
  }

  private async take() {
    const { parts, target } = this;
    return parts.tenancy.run(target.organizationId, async (tx) => {
      const loaded = await parts.connections.load(tx, target.connectionId);
      if (loaded?.state !== 'verified')
        return { connection: undefined, due: { receipts: [], checks: [] } satisfies Due };
      const options = { most: TAKEN_AT_ONCE, forMs: TAKEN_FOR_MS };
      const receipts = await takeReceipts(tx, target, options);
      const running = receipts.length > 0 ? [] : await findReconciliations(tx, target);
      const checks = running.length === 0 ? [] : await takeChecks(tx, target, options);
      return { connection: loaded, due: { receipts, checks } satisfies Due };
    });
  }

  private async readBack(receipt: DueReceipt, session: VendorSession): Promise<void> {
    const reading = await this.look(receipt.written.email, session);
    if (reading === undefined) return;
    const { capabilities } = session.provider.manifest;
    const verdict = receiptVerdict(reading, receipt.written, capabilities, receipt, Date.now());
    await this.parts.tenancy.run(this.target.organizationId, async (tx) => {
      if (verdict.kind === 'again') await putOffReceipt(tx, this.target, receipt, verdict);
      else if (!(await decideReceipt(tx, this.target, receipt, verdict)))
        await beginReceiptAnew(tx, this.target, receipt);
    });
  }

  private async compare(check: DueCheck, session: VendorSession): Promise<void> {
    if (check.inHand) {
      await this.putOff(check, IN_HAND_MS);
      return;
    }
    if (check.written === undefined) {
      await this.store(check, { outcome: 'taken_back' });
      return;
    }
    const reading = await this.look(check.written.email, session);
    if (reading === undefined) return;
    const { capabilities } = session.provider.manifest;
    const finding = reconciliationFinding(reading, check.written, capabilities, check.tries, Date.now());
    if (finding.kind === 'again') await this.putOff(check, finding.inMs, finding.counts);
    else await this.store(check, finding);
  }

  /** Undefined when the loop is to end: then nothing was seen. */
  private async look(email: string, session: VendorSession): Promise<ContactReading | undefined> {
    if (this.ending.signal.aborted) return undefined;
    const reading = await session.provider.readContact?.(
      session.access(() => undefined),
      email,
    );
    return this.ending.signal.aborted ? undefined : reading;
  }

  private putOff(check: DueCheck, inMs: number, counts = false): Promise<void> {
    return this.parts.tenancy.run(this.target.organizationId, (tx) => putOffCheck(tx, check, inMs, counts));
  }

  private store(check: DueCheck, finding: Parameters<typeof storeFinding>[2]): Promise<void> {
    return this.parts.tenancy.run(this.target.organizationId, (tx) => storeFinding(tx, check, finding));
  }

  private session(connection: ActiveConnection): VendorSession | undefined {
    const { parts, target } = this;
    const provider = parts.provider(connection.provider);
    if (provider === undefined) return undefined;
    const gate = parts.pacer.gate(connection.accountKey, provider.manifest, connection.settings);
    return new VendorSession(
      connection,
      contain(provider, {
        report: (err, slug) =>
          parts.log.error('A provider broke its contract.', err, { provider: slug, ...target }),
      }),
      parts.openCredentials(connection),
      parts.transport,
      sharedGate(gate, provider.manifest, connection.settings, { share: CHECKING_SHARE }),
      { signal: this.ending.signal, mayStillSend: () => !this.ending.signal.aborted },
    );
  }
}

function isSame(before: ActiveConnection | undefined, now: ActiveConnection): boolean {
  return (
    before?.configVersion === now.configVersion &&
    before.sealedCredentials === now.sealedCredentials &&
    JSON.stringify(before.settings) === JSON.stringify(now.settings)
  );
}
