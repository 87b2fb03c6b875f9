import type { GoldenAnswer } from '@rekomi/provider-contract';
import { emptyAnswer, jsonAnswer } from '@rekomi/vendor-emulation';
import { runConformance } from './run.js';
import { plainPostEmulator } from './testing/plain-post/plain-post.emulator.js';
import { PlainPostProvider } from './testing/plain-post/plain-post.provider.js';

/** Far more than a run takes on a busy machine. */
const RUN_MS = 180_000;
const SOURCE = 'invented';
const BROKEN = jsonAnswer(500, { error: { message: 'out of order' } });

const row = (
  call: GoldenAnswer['call'],
  answers: GoldenAnswer['answers'],
  expect: GoldenAnswer['expect'],
): GoldenAnswer => ({ title: 'A row', call, answers, expect, source: SOURCE });

async function reasonFor(golden: readonly GoldenAnswer[]): Promise<string | undefined> {
  const subject = { provider: new PlainPostProvider(), emulator: plainPostEmulator, golden };
  const report = await runConformance(subject, { only: ['documented-answers'] });
  return report.cases.find(({ id }) => id === 'documented-answers')?.reason;
}

test.each([
  ['comes to another outcome', row('verify', ['vendor'], { kind: 'rejected' }), 'expected rejected'],
  [
    'comes to another code',
    row('listAudiences', [BROKEN], { kind: 'unavailable', code: 'answer_unknown' }),
    'expected answer_unknown',
  ],
  [
    'loses the vendor’s words',
    row('listAudiences', [BROKEN], { kind: 'unavailable', says: 'closed for lunch' }),
    'without the words "closed for lunch"',
  ],
  [
    'counts something as written',
    row('upsertContact', ['vendor', 'vendor', BROKEN], { kind: 'unavailable', unwritten: true }),
    'with something written',
  ],
  [
    'is never asked for',
    row('listAudiences', ['vendor', emptyAnswer(500)], { kind: 'page' }),
    '1 of its answers were never asked for',
  ],
])(
  'A documented answer that %s is told',
  async (_, wrong, reason) => {
    expect(await reasonFor([wrong])).toContain(reason);
  },
  RUN_MS,
);

test(
  'Documented answers that come to what they have to come to pass',
  async () => {
    expect(await reasonFor([row('listAudiences', [BROKEN], { kind: 'unavailable' })])).toBeUndefined();
  },
  RUN_MS,
);
