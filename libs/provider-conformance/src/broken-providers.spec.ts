import { runConformance } from './run.js';
import { plainPostEmulator } from './testing/plain-post/plain-post.emulator.js';
import { PlainPostProvider } from './testing/plain-post/plain-post.provider.js';
import { BROKEN_PROVIDERS } from './testing/broken-providers.js';

/** Far more than a run takes on a busy machine. */
const RUN_MS = 180_000;
/** Quick cases that a mistake elsewhere must leave alone. */
const OTHERS = ['emulator-answers-for-hosts', 'audience-deleted-not-offered', 'letter-case-is-one-person'];
/** These are told from what happens in other cases, so something has to happen. */
const STIRRED_BY: Readonly<Record<string, readonly string[]>> = {
  'secrets-nowhere': ['contact-created'],
  'input-untouched': ['contact-created'],
  'listed-hosts-only': ['fault-redirect'],
  'never-throws': ['fault-garbage'],
  'known-outcomes': ['fault-garbage'],
};

const subject = (provider: PlainPostProvider | (typeof BROKEN_PROVIDERS)[number]['provider']) => ({
  provider,
  emulator: plainPostEmulator,
});

test(
  'The provider in which the mistakes are made passes every case, and every claim of it is proven',
  async () => {
    const report = await runConformance(subject(new PlainPostProvider()));
    expect(report.cases.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(report.unproven).toEqual([]);
    expect(report.passed).toBe(true);
  },
  RUN_MS,
);

test.each(BROKEN_PROVIDERS.map((broken) => [broken.mistake, broken] as const))(
  'A provider that %s turns its case red',
  async (_, { provider, red }) => {
    const stirred = red.flatMap((id) => STIRRED_BY[id] ?? []);
    const report = await runConformance(subject(provider), { only: [...red, ...stirred, ...OTHERS] });
    const failed = report.cases.filter(({ status }) => status === 'failed').map(({ id }) => id);
    expect(failed).toEqual(expect.arrayContaining([...red]));
    expect(failed.filter((id) => OTHERS.includes(id))).toEqual([]);
    expect(report.passed).toBe(false);
  },
  RUN_MS,
);
