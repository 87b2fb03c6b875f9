import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Garbage that may lie about before it is collected. */
const MOST_BYTES = 32 * 1024 * 1024;
const NOT_BEFORE_MS = 500;

/**
 * Keeps the heap from growing with work that goes on for minutes. What an import holds is small and the same for every
 * file; but V8 lets hundreds of megabytes of garbage gather before it looks, and then keeps that memory. Collecting now
 * and then costs some three per cent of an import's time.
 *
 * @returns what to call now and then during such work.
 */
export function boundedHeap(used: () => number = usedBytes, collect: () => void = collector()): () => void {
  let floor: number | undefined;
  let collectedAt = 0;
  return () => {
    const now = used();
    floor = Math.min(floor ?? now, now);
    if (now - floor < MOST_BYTES || Date.now() - collectedAt < NOT_BEFORE_MS) return;
    collect();
    floor = used();
    collectedAt = Date.now();
  };
}

function usedBytes(): number {
  const { heapUsed, external } = memoryUsage();
  return heapUsed + external;
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
