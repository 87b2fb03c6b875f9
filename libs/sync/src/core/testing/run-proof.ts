/** `run-proof.ts NAME SEED COUNT`: tries that many histories, and writes what it found as one line of JSON. */
import { inWords, tryHistories } from './proof.js';
import { PROOFS } from './proofs.js';

const [name, seed, count] = process.argv.slice(2);
const proof = PROOFS.find(({ property }) => property.name === name);
if (proof === undefined) throw new Error(`There is no proof called ${String(name)}.`);
const { property } = proof;
const { histories, counterexample } = tryHistories(property, { seed: Number(seed), count: Number(count) });
const found = counterexample === undefined ? {} : { found: inWords(property, counterexample) };
process.stdout.write(`${JSON.stringify({ histories, ...found })}\n`);
