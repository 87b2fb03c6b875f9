import { ALL_CASES } from './all-cases.js';
import { claimsOf } from './claims.js';
import type { CaseReport } from './report.js';
import { runConformance, unprovenClaims } from './run.js';
import { plainPostEmulator } from './testing/plain-post/plain-post.emulator.js';
import { plainPostManifest } from './testing/plain-post/plain-post.manifest.js';
import { PlainPostProvider } from './testing/plain-post/plain-post.provider.js';

const reported = (status: CaseReport['status'], claims: readonly string[]): CaseReport => ({
  ...{ id: 'a-case', title: 'A case', rule: 'tags', status, claims, durationMs: 0 },
});

test('A claim is proven by a case that names it and has passed, and by nothing else', () => {
  const claims = ['tags: native', 'read back: true'];
  expect(unprovenClaims(claims, [reported('passed', ['tags: native'])])).toEqual(['read back: true']);
  expect(unprovenClaims(claims, [reported('failed', claims)])).toEqual(claims);
  expect(unprovenClaims(claims, [reported('not_applicable', claims)])).toEqual(claims);
  expect(unprovenClaims(claims, [])).toEqual(claims);
});

test('Every claim that a manifest can make has a case that names it', () => {
  const { capabilities, audience } = plainPostManifest;
  const manifests = [
    plainPostManifest,
    ...(['tag', 'attribute', 'none'] as const).map((events) => ({
      ...plainPostManifest,
      capabilities: {
        ...capabilities,
        events,
        tags: events === 'none' ? ('none' as const) : ('attribute' as const),
      },
    })),
    ...(['none', 'uuid', 'text'] as const).map((eventDedupe) => ({
      ...plainPostManifest,
      capabilities: { ...capabilities, eventDedupe, eventsCreateContacts: true },
    })),
    {
      ...plainPostManifest,
      regions: [],
      accountHosts: [{ suffix: '.plain-post.example', label: '[a-z]+' }],
      audience: { ...audience, creatable: false, required: true, listingNeeds: ['apiKey'] },
      capabilities: {
        ...{ ...capabilities, readBack: false, eraseContact: false },
        ...{ clearing: 'never' as const, consent: 'untouched' as const },
      },
    },
  ];
  for (const manifest of manifests) {
    const named = new Set(ALL_CASES.flatMap((one) => one.proves?.(manifest) ?? []));
    expect(claimsOf(manifest).filter((claim) => !named.has(claim))).toEqual([]);
  }
});

test('A provider with a claim that nothing proves does not pass, though no case is red', async () => {
  const subject = { provider: new PlainPostProvider(), emulator: plainPostEmulator };
  const suite = ALL_CASES.filter(({ id }) => id === 'contact-created' || id === 'verify-finds-region');
  const report = await runConformance(subject, { cases: suite });
  expect(report.cases.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(report.unproven).toContain('read back: true');
  expect(report.unproven).not.toContain('region: eu');
  expect(report.passed).toBe(false);
});
