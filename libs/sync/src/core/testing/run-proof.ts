/**
 * `run-proof.ts NAME SEED COUNT`: tries that many histories, and writes what it found as one line of JSON. Without
 * arguments it writes which proofs there are, and how many histories each has in which size.
 */
import { inWords, tryHistories } from './proof.js';
import { PROOFS } from './proofs.js';

const [name, seed, count] = process.argv.slice(2);
process.stdout.write(
  `${JSON.stringify(name === undefined ? sizes() : run(name, Number(seed), Number(count)))}\n`,
);

function sizes(): unknown {
  return Object.fromEntries(PROOFS.map(({ property, histories }) => [property.name, histories]));
}

function run(wanted: string, from: number, most: number): unknown {
  const proof = PROOFS.find(({ property }) => property.name === wanted);
  if (proof === undefined) throw new Error(`There is no proof called ${wanted}.`);
  const { histories, counterexample } = tryHistories(proof.property, { seed: from, count: most });
  return counterexample === undefined
    ? { histories }
    : { histories, found: inWords(proof.property, counterexample) };
}
