import type { GoldenAnswer, GoldenExpectation } from '@rekomi/provider-contract';
import { Findings, must } from '../checks.js';
import type { ConformanceCase } from '../conformance-case.js';
import type { Connection } from '../connection.js';
import { told } from '../landing.js';
import { happening, ledger, wish } from '../people.js';
import { arrived } from '../scenes.js';
import type { Stage } from '../stage.js';

const ITEMS = 3;

const documented: ConformanceCase = {
  id: 'documented-answers',
  title: 'Every documented answer of the vendor comes to its outcome and code',
  rule: 'positive-sign',
  appliesTo: (_, { golden }) =>
    golden === undefined || golden.length === 0 ? 'The folder has no table of documented answers.' : true,
  run: async ({ subject: { golden = [] }, stage }) => {
    const findings = new Findings();
    for (const row of golden) {
      const here = await stage();
      const ask = await prepared(here, row);
      here.emulator.play(row.answers);
      const results = await ask(here.connect({ settings: row.settings ?? {} }));
      const { unplayed } = here.emulator;
      findings.unless(unplayed === 0, `${row.title}: ${unplayed} of its answers were never asked for`);
      const expected = Array.isArray(row.expect)
        ? (row.expect as readonly GoldenExpectation[])
        : results.map(() => row.expect as GoldenExpectation);
      findings.unless(results.length === expected.length, `${row.title}: ${results.length} outcomes`);
      for (const [index, result] of results.entries()) {
        const wanted = expected[index];
        if (wanted === undefined) continue;
        const fault = difference(result, wanted, here.clock.now());
        if (fault !== undefined)
          findings.add(`${row.title}${results.length > 1 ? `, item ${index + 1}` : ''}: ${fault}`);
      }
    }
    findings.settle();
  },
};

export const GOLDEN_CASES = [documented];

type Told = Readonly<Record<string, unknown>> & { readonly kind: string };

function difference(result: Told, wanted: GoldenExpectation, now: number): string | undefined {
  const came = `came to ${told(result)}`;
  if (result.kind !== wanted.kind) return `${came}, expected ${wanted.kind}`;
  if (wanted.code !== undefined && result['code'] !== wanted.code) return `${came}, expected ${wanted.code}`;
  if (wanted.field !== undefined && result['field'] !== wanted.field) {
    return `${came} about ${String(result['field'])}, expected ${wanted.field}`;
  }
  const warnings = (result['warnings'] ?? []) as readonly { readonly code: string }[];
  if (wanted.warning !== undefined && !warnings.some(({ code }) => code === wanted.warning)) {
    return `${came} without the warning ${wanted.warning}`;
  }
  if (wanted.unwritten === true && result['written'] !== undefined) return `${came} with something written`;
  if (wanted.says !== undefined && !String(result['vendorMessage']).includes(wanted.says)) {
    return `${came} without the words "${wanted.says}"`;
  }
  if (wanted.untilMs === undefined) return undefined;
  const until = result['until'] instanceof Date ? result['until'].getTime() - now : Number.NaN;
  // Requests of the same call may have moved the clock a little.
  return Math.abs(until - wanted.untilMs) <= 2000
    ? undefined
    : `${came} for ${until} ms, expected ${wanted.untilMs} ms`;
}

/** Makes ready what a call needs, so that the scripted answers meet the call alone. */
async function prepared(
  stage: Stage,
  { call }: GoldenAnswer,
): Promise<(connection: Connection) => Promise<readonly Told[]>> {
  const one = async (promise: Promise<unknown>): Promise<readonly Told[]> => [(await promise) as Told];
  const many = async (promise: Promise<readonly unknown[]>): Promise<readonly Told[]> =>
    (await promise) as readonly Told[];
  stage.audience();
  switch (call) {
    case 'verify':
      return (connection) => one(connection.verify());
    case 'listAudiences':
      return (connection) => one(connection.list());
    case 'createAudience':
      return (connection) => one(connection.create('Affiliates'));
    case 'upsertContact': {
      const change = wish(stage, { attributes: { favourite: 'indigo' } });
      return (connection) => one(connection.upsert(change));
    }
    case 'upsertContacts': {
      const changes = Array.from({ length: ITEMS }, () =>
        wish(stage, { attributes: { favourite: 'indigo' } }),
      );
      return (connection) => many(connection.upsertMany(changes));
    }
    case 'trackEvent': {
      const event = happening(stage, arrived(stage));
      return (connection) => one(connection.track(event));
    }
    case 'trackEvents': {
      const emails = [arrived(stage), arrived(stage), arrived(stage)];
      const events = emails.map((email) => happening(stage, email));
      return (connection) => many(connection.trackMany(events));
    }
    case 'readContact': {
      const email = arrived(stage);
      return (connection) => one(connection.read(email));
    }
    case 'removeContact': {
      const change = wish(stage);
      const outcome = await stage.connect().upsert(change);
      must(outcome.written, 'a new contact was not written');
      return (connection) =>
        one(connection.remove({ contactId: change.contactId, previous: ledger(change, outcome) }));
    }
    case 'eraseContact': {
      const email = arrived(stage);
      return (connection) => one(connection.erase(email));
    }
  }
}
