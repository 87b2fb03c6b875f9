import type { MutationFinding } from './mutation-run.js';

const MOST_TEXT = 500;

/** For a person who has to find the reason: what was said, what was made of it, and how to see it again. */
export function shownFinding(slug: string, seed: number, finding: MutationFinding): string {
  const { run, scene, call, request, mutations, answer, stays, fault } = finding;
  const text =
    answer.text.length > MOST_TEXT
      ? `${answer.text.slice(0, MOST_TEXT)}… (${answer.text.length})`
      : answer.text;
  const changes = mutations.map(({ name }) => name).join(' + ');
  return [
    `${slug}, ${scene} (${call}), ${request}:`,
    `  ${fault}`,
    `  after ${answer.status} ${JSON.stringify(answer.headers)} ${text}`,
    `  changed by: ${changes === '' ? 'nothing, it is another documented answer' : changes}${stays ? ', again and again' : ''}`,
    `  once more: npm run mutate-answers -- ${slug} --seed ${seed} --from ${run} --runs 1`,
    '',
  ].join('\n');
}
