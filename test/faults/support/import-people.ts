import { setTimeout as pause } from 'node:timers/promises';

import type { Api } from '../../support/api.js';
import { steadily } from './steady-call.js';

interface Import {
  readonly id: string;
  readonly state: string;
}

const LOOKS_EVERY_MS = 150;
const GIVE_UP_AFTER_MS = 180_000;

/** A file of people who are here already, from the upload to its end. @throws Error when it does not end as it should */
export async function importPeople(
  api: Api,
  campaign: string,
  rows: readonly { readonly email: string; readonly name: string }[],
  patient: () => boolean,
): Promise<void> {
  const must = <Body>(call: Call<Body>): Promise<Body> => answerOf(call, patient);
  const raw = `email,name\n${rows.map(({ email, name }) => `${email},${name}`).join('\n')}\n`;
  const headers = { 'content-type': 'text/csv' };
  const { id } = await must(() =>
    api.post<Import>('imports?fileName=people.csv', undefined, { headers, raw }),
  );
  const mapping = { campaign, status: 'applied', consent: { basis: 'application' } };
  await must(() => api.put<Import>(`imports/${id}/mapping`, mapping));
  // Started already, where the answer to the first request was lost.
  await steadily(() => api.post<Import>(`imports/${id}/start`), patient);
  const since = performance.now();
  for (;;) {
    const { state } = await must(() => api.get<Import>(`imports/${id}`));
    if (state === 'finished') return;
    if (['failed', 'cancelled'].includes(state) || performance.now() - since > GIVE_UP_AFTER_MS)
      throw new Error(`An import of ${rows.length} people came to ${state}.`);
    await pause(LOOKS_EVERY_MS);
  }
}

type Call<Body> = Parameters<typeof steadily<Body>>[0];

async function answerOf<Body>(call: Call<Body>, patient: () => boolean): Promise<Body> {
  const answer = await steadily(call, patient);
  if (answer.kind === 'answered' && answer.answer.status < 300) return answer.answer.body;
  throw new Error(`A step of an import was refused: ${JSON.stringify(answer)}`);
}
