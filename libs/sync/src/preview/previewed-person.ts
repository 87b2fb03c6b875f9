import { isSuccess, type CrmProvider, type Outcome } from '@rekomi/provider-contract';
import { v7 as newId } from 'uuid';

import type { LaneRun } from '../core/lane-run.js';
import type { ActiveConnection } from '../engine/connection.js';
import { laneRunOf } from '../engine/lane-run-of.js';
import type { Desired } from '../ports.js';
import type { KnownContacts } from '../sql/claim.js';
import type { PreviewedAction, PreviewedPerson } from './preview.js';
import type { Previewed } from './previewed-vendor.js';

interface RunFacts {
  readonly contactId: string;
  readonly connection: ActiveConnection;
  readonly provider: CrmProvider;
  readonly known: KnownContacts;
  readonly desired: Desired | undefined;
  readonly random: () => number;
}

/**
 * The run over a lane with one contact delivery, as a drain would have it. Who is left out by the first sync is shown as
 * somebody who goes.
 */
export function previewRun({ contactId, known, ...facts }: RunFacts): LaneRun {
  const lane = {
    ...{ id: 'preview', contactId, tailSeq: 1, attempts: 0, failingForMs: 0 },
    pending: [{ kind: 'contact' as const, seq: 1, id: newId(), cause: 'preview' }],
  };
  return laneRunOf({ ...facts, lane, known: { ...known, leftOut: new Set() } });
}

interface PersonFacts {
  readonly contactId: string;
  readonly email: string;
  readonly known: KnownContacts;
  readonly desired: ReadonlyMap<string, Desired>;
}

export function previewedPerson(
  { contactId, email, known, desired }: PersonFacts,
  { requests, outcome }: Previewed,
): PreviewedPerson {
  const wanted = desired.get(contactId);
  const ledger = known.ledger.get(contactId);
  const isThere = ledger?.present === true || ledger?.written !== undefined;
  const isShort = requests.some(({ made }) => !made);
  const action: PreviewedAction = !isShort
    ? 'nothing'
    : wanted?.kind === 'present'
      ? isThere
        ? 'update'
        : 'add'
      : 'take_back';
  return {
    contactId,
    email,
    action,
    leftOut: known.leftOut.has(contactId) && !isThere,
    ...(wanted?.kind === 'present' ? { wanted: wanted.contact } : {}),
    requests,
    moreMayFollow: isShort,
    ...(outcome === undefined || isShort ? {} : { outcome: shortened(outcome) }),
    warnings: outcome?.warnings ?? [],
  };
}

function shortened(outcome: Outcome): NonNullable<PreviewedPerson['outcome']> {
  if (isSuccess(outcome)) return { kind: outcome.kind };
  const { kind, code, vendorMessage } = outcome;
  return {
    kind,
    code,
    ...('field' in outcome && outcome.field !== undefined ? { field: outcome.field } : {}),
    ...(vendorMessage === undefined ? {} : { vendorMessage }),
  };
}
