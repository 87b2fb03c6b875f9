/**
 * The order of Jest's test files: the longest first, so that no long one is left over at the end with nothing to run beside
 * it. Jest knows how long a file takes once it has run here; in a clean clone it goes by the size of files, and a campaign
 * of two minutes stands in one of thirty lines.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

import { root } from './prepare.mjs';

// Jest's own; it is no dependency of ours by name.
const fromJest = createRequire(createRequire(import.meta.url).resolve('jest'));
const { default: Sequencer } = createRequire(fromJest.resolve('@jest/core'))('@jest/test-sequencer');

/** Seconds, roughly, where Jest knows none yet. A missing or stale name costs time and nothing else. */
const SECONDS = {
  'libs/provider-conformance/src/conformance.spec.ts': 120,
  'test/faults/kill.faults-spec.ts': 110,
  'libs/provider-conformance/src/broken-providers.spec.ts': 50,
  'test/e2e/connection-heals.e2e-spec.ts': 45,
  'test/e2e/kill-in-the-middle.e2e-spec.ts': 40,
};
/** Of a test that starts the product, and of any other. */
const WITH_PRODUCT = 20;
const OTHERWISE = 2;

class LongestFirst extends Sequencer {
  /** What failed last time stays in front; alike ones stay in the order of their sizes. */
  sort(tests) {
    const seconds = new Map(super.sort(tests).map((test) => [test, this.#secondsOf(test)]));
    const failed = (test) => (this.hasFailed(test) ? 0 : 1);
    return [...seconds.keys()].sort(
      (one, other) => failed(one) - failed(other) || seconds.get(other) - seconds.get(one),
    );
  }

  #secondsOf(test) {
    const measured = this.time(test);
    if (measured !== undefined) return measured / 1000;
    const name = path.relative(root, test.path).split(path.sep).join('/');
    return SECONDS[name] ?? (/\.(e2e|faults)-spec\.ts$/.test(name) ? WITH_PRODUCT : OTHERWISE);
  }
}

// Jest asks for a default export.
export { LongestFirst as default };
