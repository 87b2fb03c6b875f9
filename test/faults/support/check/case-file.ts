import { readAppliedLog, type AppliedLog } from '../applied-log.js';
import { markText, parseMark, type Mark } from '../mark.js';
import type { OperationOutcome, RunRecord, VendorRecord } from '../run-record.js';

/** One application of an item at a vendor, in the vendor's order. */
export interface Application {
  readonly vendor: VendorRecord;
  readonly mark: Mark;
  readonly at: number;
  /** Number of the log's line. */
  readonly line: number;
}

/** A record, put in the order in which the laws ask. */
export class CaseFile {
  readonly log: AppliedLog;
  /** By vendor and contact. */
  readonly applied = new Map<string, Application[]>();
  /** By mark. */
  readonly outcomes = new Map<string, OperationOutcome>();
  private readonly bySlug: ReadonlyMap<string, VendorRecord>;

  constructor(readonly record: RunRecord) {
    this.log = readAppliedLog(record.applied);
    this.bySlug = new Map(record.vendors.map((vendor) => [vendor.slug, vendor]));
    for (const { marks, outcome } of record.operations)
      for (const mark of marks) this.outcomes.set(mark, outcome);
    for (const line of this.log.lines) {
      const vendor = this.bySlug.get(line.vendor);
      if (vendor === undefined) continue;
      for (const mark of line.items) {
        const list = this.of(vendor, mark.contact);
        list.push({ vendor, mark, at: line.at, line: line.number });
        this.applied.set(keyOf(vendor, mark.contact), list);
      }
    }
  }

  of(vendor: VendorRecord, contact: number): Application[] {
    return this.applied.get(keyOf(vendor, contact)) ?? [];
  }

  vendor(connectionId: string): VendorRecord | undefined {
    return this.record.vendors.find((vendor) => vendor.connectionId === connectionId);
  }

  /** Ordinals of states that were acknowledged, ascending, by contact. */
  acknowledgedStates(): ReadonlyMap<number, readonly number[]> {
    const found = new Map<number, number[]>();
    for (const { outcome, marks } of this.record.operations) {
      if (outcome !== 'acknowledged') continue;
      for (const text of marks) {
        const mark = parseMark(text);
        if (mark?.kind !== 'state') continue;
        const list = found.get(mark.contact) ?? [];
        list.push(mark.ordinal);
        found.set(mark.contact, list);
      }
    }
    for (const list of found.values()) list.sort((one, other) => one - other);
    return found;
  }
}

function keyOf(vendor: VendorRecord, contact: number): string {
  return `${vendor.slug} ${contact}`;
}

export function told({ vendor, mark, line }: Application): string {
  return `${markText(mark)} at ${vendor.slug} (line ${line})`;
}
