import type { ConnectionFinding, LaneResult } from '../core/delivery.js';
import type { ActiveConnection, ConnectionKeeper } from './connection.js';
import type { VendorSession } from './vendor-session.js';

/**
 * Tells the keeper of connections what lanes found out about theirs, each kind once.
 * @param stop nothing more is to be claimed; called before it is told
 */
export async function tellFindings(
  results: readonly LaneResult[],
  { connection, session }: { readonly connection: ActiveConnection; readonly session: VendorSession },
  connections: ConnectionKeeper,
  stop: () => void,
): Promise<void> {
  for (const finding of firstOfEachKind(results.flatMap((result) => result.findings))) {
    switch (finding.kind) {
      case 'unauthorised':
        stop();
        await connections.markUnauthorised(connection, finding);
        break;
      case 'misconfigured':
        stop();
        await connections.markNeedsAttention(connection, finding);
        break;
      case 'audiences_missing':
        await connections.markAudiencesMissing?.(connection, finding);
        break;
      case 'region':
        await connections.storeRegion(connection, finding.region);
        break;
      case 'throttled':
        if (finding.byVendor) session.hadEnough(finding.family, finding.inMs);
        break;
    }
  }
}

function firstOfEachKind(findings: readonly ConnectionFinding[]): readonly ConnectionFinding[] {
  const seen = new Map<string, ConnectionFinding>();
  for (const finding of findings) if (!seen.has(finding.kind)) seen.set(finding.kind, finding);
  return [...seen.values()];
}
