import path from 'node:path';

import type { Answered } from '@rekomi/provider-contract';
import { loadSubject, slugsIn } from '../load-subject.js';
import type { Subject } from '../subject.js';
import { drawMutations, mutated } from './mutations.js';
import { mutateAnswers } from './mutation-run.js';
import { SeededNumbers } from './seeded-numbers.js';
import { shownFinding } from './shown-finding.js';

/** Far more than it takes on a busy machine. */
const RUN_MS = 180_000;
const providersFolder = path.resolve(import.meta.dirname, '..', '..', '..', 'providers');
/** Another one every day, and the same for everybody on that day; `MUTATION_SEED` makes an earlier one again. */
const seed = Number(
  process.env['MUTATION_SEED'] ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''),
);

// One after the other: Jest links a module that two imports want at the same time only once in a while.
const subjects: Subject[] = [];
for (const slug of slugsIn(providersFolder)) {
  const loading = await loadSubject(path.join(providersFolder, slug));
  if (loading.kind === 'loaded') subjects.push(loading.subject);
}

/** Drawn in runs of 900,000 for each vendor, by seed: what was told as a success without a sign of it, once. */
const ONCE_BELIEVED: Readonly<Record<number, Readonly<Record<string, readonly number[]>>>> = {
  29: {
    activecampaign: [9_743, 74_892],
    beehiiv: [109_347],
    iterable: [11_591, 157_360],
    kit: [6_197, 8_364, 119_041, 419_368],
    klaviyo: [20_951, 523_496],
    mailchimp: [1_556],
  },
  31: {
    activecampaign: [34_265, 44_082],
    braze: [88_852],
    'customer-io': [647_470],
    iterable: [144_415, 145_211, 151_849, 314_555, 570_047],
    klaviyo: [139_439],
  },
};

/** Hears the usual success in every answer with a success status. */
const believesEveryStatus = (answer: Answered, _: unknown, usual: Answered | undefined): Answered =>
  answer.status >= 200 && answer.status < 300 && usual !== undefined ? usual : answer;

describe.each(subjects.map((subject) => [subject.provider.manifest.name, subject] as const))(
  '%s',
  (_, subject) => {
    it(
      'tells no success without the vendor’s own sign, whatever an answer looks like',
      async () => {
        const report = await mutateAnswers(subject, { runs: 1500, seed });
        const { slug } = subject.provider.manifest;
        expect(report.findings.map((finding) => shownFinding(slug, seed, finding))).toEqual([]);
        expect(report.unsigned).toEqual([]);
        expect(report.unmet).toEqual([]);
      },
      RUN_MS,
    );

    it(
      'is found out when it believes every success status',
      async () => {
        const { findings } = await mutateAnswers(subject, {
          runs: 600,
          seed: 1,
          heard: believesEveryStatus,
        });
        expect(findings.some(({ fault }) => fault.includes('positive sign'))).toBe(true);
      },
      RUN_MS,
    );
  },
);

describe('an answer that was believed once', () => {
  const found = Object.entries(ONCE_BELIEVED).flatMap(([drawn, bySlug]) =>
    Object.entries(bySlug).flatMap(([slug, runs]) =>
      runs.map((from) => [slug, Number(drawn), from] as const),
    ),
  );
  it.each(found)(
    'by %s is believed no more (seed %i, run %i)',
    async (slug, drawn, from) => {
      const subject = subjects.find(({ provider }) => provider.manifest.slug === slug);
      if (subject === undefined) throw new Error(`There is no provider ${slug}.`);
      const { findings } = await mutateAnswers(subject, { runs: 1, seed: drawn, from });
      expect(findings.map((finding) => shownFinding(slug, drawn, finding))).toEqual([]);
    },
    RUN_MS,
  );
});

describe('changed answers', () => {
  const usual = {
    status: 201,
    headers: { 'content-type': 'application/json' },
    text: '{"errors":[],"id":7}',
  };

  it('are the same for the same seed, and seldom the usual one', () => {
    const all = (): readonly string[] =>
      Array.from({ length: 500 }, (_, run) =>
        JSON.stringify(mutated(usual, drawMutations(new SeededNumbers(run)))),
      );
    expect(all()).toEqual(all());
    expect(all().filter((one) => one !== JSON.stringify(usual)).length).toBeGreaterThan(400);
  });

  it('leave the answer alone that they begin with', () => {
    const before = JSON.stringify(usual);
    for (let run = 0; run < 500; run += 1) mutated(usual, drawMutations(new SeededNumbers(run)));
    expect(JSON.stringify(usual)).toBe(before);
  });
});
