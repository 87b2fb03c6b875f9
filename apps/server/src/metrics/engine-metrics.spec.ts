import { engineMetrics } from './engine-metrics.js';
import { parseMetrics } from './testing/parse-metrics.js';

const counts = {
  settled: [],
  waiting: [{ provider: 'klaviyo', pending: 100, held: 3, oldestDueSeconds: 1.5 }],
  deadLetters: [{ provider: 'klaviyo', dead: 7, lookedAt: 100 }],
  targets: [{ provider: 'klaviyo', state: 'verified', targets: 1 }],
  drains: { running: 2, oldestSeconds: 4 },
  oldestSnapshotTransactions: 0,
};
const valueOf = async (most: number, name: string, provider: string): Promise<number | undefined> =>
  parseMetrics(await engineMetrics(counts, most)).find(
    (sample) => sample.name === name && sample.labels['provider'] === provider,
  )?.value;

describe('the text about the whole installation', () => {
  it('says where counting stopped', async () => {
    expect(await valueOf(100, 'rekomi_pending_deliveries_limited', 'klaviyo')).toBe(1);
    expect(await valueOf(101, 'rekomi_pending_deliveries_limited', 'klaviyo')).toBe(0);
    expect(await valueOf(100, 'rekomi_dead_letters_limited', 'klaviyo')).toBe(1);
    expect(await valueOf(101, 'rekomi_dead_letters_limited', 'klaviyo')).toBe(0);
    expect(await engineMetrics(counts, 100)).toMatch(/^# HELP rekomi_pending_deliveries .*up to 100 per/m);
  });

  it('begins every counter at 0, so that its first step is seen', async () => {
    const samples = parseMetrics(await engineMetrics(counts, 100));
    const refused = samples.filter(
      ({ name, labels }) => name === 'rekomi_deliveries_total' && labels['state'] === 'refused',
    );
    expect(refused.map(({ labels, value }) => [labels['provider'], labels['kind'], value])).toEqual([
      ['klaviyo', 'contact', 0],
      ['klaviyo', 'event', 0],
      ['webhook', 'event', 0],
    ]);
    expect(await valueOf(100, 'rekomi_oldest_due_seconds', 'webhook')).toBe(0);
  });
});
