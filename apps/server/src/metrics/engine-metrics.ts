import { SETTLED_STATES, WEBHOOK, type EngineCounts } from '@rekomi/sync';
import { Counter, Gauge, Registry } from 'prom-client';

const CONNECTION_STATES = [
  'verified',
  'needs_attention',
  'auth_error',
  'paused',
  'disconnecting',
  'disabled',
] as const;
const ENDPOINT_STATES = ['enabled', 'disabled'] as const;

/**
 * Counts of the whole installation in Prometheus' text format. What there is none of is said to be 0 for every provider
 * that has a connection: a rate over a counter that appears out of nowhere would miss its first step.
 *
 * @param most up to where what waits was counted
 */
export async function engineMetrics(counts: EngineCounts, most: number): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `rekomi_${name}`, help, labelNames, registers });
  const byProvider = (name: string, help: string): Gauge<'provider'> => gauge(name, help, ['provider']);
  const vendors = [
    ...new Set(counts.targets.map(({ provider }) => provider).filter((slug) => slug !== WEBHOOK)),
  ];
  const providers = [...vendors, WEBHOOK];

  const deliveries = new Counter({
    name: 'rekomi_deliveries_total',
    help: 'Deliveries that are settled, by the state in which they ended. Messages to webhook endpoints have the provider "webhook".',
    labelNames: ['provider', 'kind', 'state'],
    registers,
  });
  for (const provider of providers) {
    for (const kind of provider === WEBHOOK ? ['event'] : ['contact', 'event'])
      for (const state of SETTLED_STATES) deliveries.inc({ provider, kind, state }, 0);
  }
  for (const { provider, kind, state, deliveries: number } of counts.settled)
    deliveries.inc({ provider, kind, state }, number);

  const pending = byProvider(
    'pending_deliveries',
    `Deliveries that are not settled. Counted up to ${most} per provider; rekomi_pending_deliveries_limited says where there may be more.`,
  );
  const pendingLimited = byProvider(
    'pending_deliveries_limited',
    '1 where rekomi_pending_deliveries stopped counting.',
  );
  const held = byProvider(
    'held_contacts',
    `Contacts whose deliveries wait for other data, other configuration, or a person. Counted up to ${most} per provider.`,
  );
  const oldestDue = byProvider(
    'oldest_due_seconds',
    'For how long the work that waits longest has been due; 0 where nothing is due. Connections and endpoints that are stopped or resting do not count.',
  );
  const dead = byProvider(
    'dead_letters',
    `Contacts and events that did not arrive and will not by themselves. Of each provider ${most} are looked at; rekomi_dead_letters_limited says where there may be more.`,
  );
  const deadLimited = byProvider('dead_letters_limited', '1 where rekomi_dead_letters stopped looking.');
  for (const provider of providers) {
    const waiting = counts.waiting.find((one) => one.provider === provider);
    pending.set({ provider }, waiting?.pending ?? 0);
    pendingLimited.set({ provider }, (waiting?.pending ?? 0) >= most ? 1 : 0);
    oldestDue.set({ provider }, waiting?.oldestDueSeconds ?? 0);
    if (provider === WEBHOOK) continue;
    held.set({ provider }, waiting?.held ?? 0);
    const letters = counts.deadLetters.find((one) => one.provider === provider);
    dead.set({ provider }, letters?.dead ?? 0);
    deadLimited.set({ provider }, (letters?.lookedAt ?? 0) >= most ? 1 : 0);
  }

  const connections = gauge('connections', 'Connections by state.', ['provider', 'state']);
  for (const provider of vendors)
    for (const state of CONNECTION_STATES) connections.set({ provider, state }, 0);
  const endpoints = gauge('webhook_endpoints', 'Webhook endpoints by state.', ['state']);
  for (const state of ENDPOINT_STATES) endpoints.set({ state }, 0);
  for (const { provider, state, targets } of counts.targets) {
    if (provider === WEBHOOK) endpoints.set({ state }, targets);
    else connections.set({ provider, state }, targets);
  }

  gauge('drains', 'Drains that are running, in all processes together.', []).set(counts.drains.running);
  gauge('drain_oldest_seconds', 'For how long the oldest of them has been running.', []).set(
    counts.drains.oldestSeconds,
  );
  gauge(
    'database_oldest_snapshot_transactions',
    'Transactions begun since the oldest snapshot that a session of the database still holds. While it grows, what was deleted cannot be cleared away and everything becomes slower.',
    [],
  ).set(counts.oldestSnapshotTransactions);
  return registry.metrics();
}
