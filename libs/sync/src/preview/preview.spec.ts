import { EngineBench } from '../engine/testing/engine-bench.js';
import type { ConnectionResult } from '../connections/connection-problem.js';
import type { PreviewReport } from './preview.js';

let bench: EngineBench;
beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.giveCredentials();
});

const shown = async (ids: readonly string[], named?: readonly string[]): Promise<PreviewReport> => {
  const made: ConnectionResult<PreviewReport> = await bench.previews(ids).preview(bench.target(), named);
  if (!made.ok) throw new Error(JSON.stringify(made.problem));
  return made.value;
};

describe('a preview', () => {
  it('is of no use for a connection that was closed, and knows nobody of whom there is nobody', async () => {
    const stranger = '01a10000-0000-7000-8000-000000000000';
    expect(await bench.previews([]).preview(bench.target(), [stranger])).toMatchObject({
      ok: false,
      problem: { reason: 'invalid', errors: [{ pointer: '#/affiliateIds/0' }] },
    });
    await bench.disconnect();
    expect(await bench.previews([]).preview(bench.target())).toMatchObject({
      ok: false,
      problem: { reason: 'state', state: 'disabled' },
    });
    await bench.untilIdle();
  });

  it('counts everybody by what would become of them, each person once', async () => {
    const unchanged = bench.want('same@example.com');
    const changed = bench.want('before@example.com');
    const refused = bench.want('refused@example.com');
    const gone = bench.want('gone@example.com');
    bench.vendor.refuses('refused@example.com');
    const all = [unchanged, changed, refused, gone];
    await bench.record(all.map((id) => bench.contact(id)));
    await bench.untilIdle();
    bench.want('before@example.com', ['new tag'], changed);
    bench.unwant(gone);
    const fresh = bench.want('new@example.com');
    const out = bench.want('out@example.com');
    await bench.leaveOut(out);
    bench.vendor.log.length = 0;
    const report = await shown([unchanged, changed, refused, fresh, out]);
    expect(report.counts).toEqual({
      ...{ new: 1, changed: 1, unchanged: 1, takenBack: 1, refused: 1, leftOut: 1 },
    });
    expect(report.compared).toEqual({ people: 2, of: 2 });
    expect(report.refusals).toEqual([{ code: 'contact_refused', people: 1 }]);
  });

  it('says which of the new people are refused by rules that need no vendor', async () => {
    const bad = bench.want('bad@example.com');
    bench.vendor.refuses('bad@example.com');
    const report = await shown([bad, bench.want('good@example.com')]);
    expect(report.checked).toEqual({ people: 2, of: 2, refused: [{ code: 'contact_refused', people: 1 }] });
    const person = report.people.find(({ contactId }) => contactId === bad);
    expect(person).toMatchObject({
      action: 'nothing',
      outcome: { kind: 'refused', code: 'contact_refused' },
    });
  });

  it('shows five people, those named or the latest, and changes no row of the engine', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => bench.want(`p${index}@example.com`));
    await bench.record([bench.contact(ids[0] ?? '')]);
    await bench.untilIdle();
    const before = await bench.everything();
    const latest = await shown(ids);
    expect(latest.people.map(({ contactId }) => contactId)).toEqual(ids.slice(2).reverse());
    const named = await shown(ids, ids.slice(0, 1));
    expect(named.people).toMatchObject([{ contactId: ids[0], leftOut: false }]);
    expect(await bench.everything()).toEqual(before);
  });
});
