import type { LeaseRecord } from './lease-log.js';
import type { SentWrite } from './sent-writes.js';

/** Milliseconds after the end of a lease for which a request may still be on its way from the process to where it is seen. */
const ON_ITS_WAY_MS = 50;

export interface JudgedWrite extends SentWrite {
  readonly pid: number;
  readonly connectionId: string;
}

/** Requests that no lease of their process for their connection covered when they passed, in words. */
export function lateWrites(
  writes: readonly JudgedWrite[],
  leases: readonly LeaseRecord[],
): readonly string[] {
  const byHolder = new Map<string, LeaseRecord[]>();
  for (const lease of leases) {
    const key = `${lease.pid} ${lease.connectionId}`;
    byHolder.set(key, [...(byHolder.get(key) ?? []), lease]);
  }
  return writes.flatMap(({ pid, connectionId, host, at }) => {
    const granted = (byHolder.get(`${pid} ${connectionId}`) ?? []).filter((lease) => lease.at <= at);
    if (granted.length === 0) return [`${pid} wrote to ${host} without any lease`];
    const until = Math.max(...granted.map((lease) => lease.until));
    return at <= until + ON_ITS_WAY_MS ? [] : [`${pid} wrote to ${host} ${at - until} ms after its lease`];
  });
}
