import type { LaneResult } from './delivery.js';

/** Of a connection, so many accepted writes are always read back. */
export const FIRST_ALWAYS = 10;
/** Unless the connection says otherwise. */
export const USUAL_RECEIPT_PERCENT = 1;

/** An accepted write that may be read back. */
export interface ReceiptCandidate {
  readonly contactId: string;
  readonly deliveryId: string;
  /** Chosen by the sample; others count only while the first ones are not complete. */
  readonly drawn: boolean;
}

/** Chooses which accepted writes of a connection are read back. Chance is handed in. */
export class ReceiptSampling {
  constructor(
    private readonly percent: number,
    private readonly random: () => number,
    private firstOnesDone = false,
    private readonly onFirstOnesDone: () => void = () => undefined,
  ) {}

  /** The first ones of this connection are complete, for good. */
  finishFirstOnes(): void {
    this.firstOnesDone = true;
    this.onFirstOnesDone();
  }

  /** Contact writes that the vendor accepted without saying that they are done, as far as they may be read back. */
  candidates(results: readonly LaneResult[]): readonly ReceiptCandidate[] {
    return results.flatMap((result) => {
      const { ledger, lane, settlements } = result;
      if (ledger === undefined || ledger.onlyWritten === true || !ledger.present) return [];
      if (ledger.state !== 'delivered' || !ledger.wrote || ledger.confirmed) return [];
      const delivered = settlements.find(
        ({ delivery, state }) => delivery.kind === 'contact' && state === 'delivered',
      );
      if (delivered === undefined) return [];
      const drawn = this.random() * 100 < this.percent;
      if (!drawn && this.firstOnesDone) return [];
      return [{ contactId: lane.contactId, deliveryId: delivered.delivery.id, drawn }];
    });
  }
}
