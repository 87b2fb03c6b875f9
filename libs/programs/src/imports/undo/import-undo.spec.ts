import { JobRunner } from '@rekomi/sync';

import { ContactFanOut } from '../../enrolments/contact-fan-out.js';
import { DecisionEffects } from '../../enrolments/decision-effects.js';
import { ProgramBench } from '../../testing/program-bench.js';
import { ImportBench } from '../testing/import-bench.js';
import { ImportUndoService } from './import-undo.service.js';
import { ImportUndoWork } from './import-undo-work.js';
import type { UndonePerson } from './undo-person.js';

let bench: ProgramBench;
let imports: ImportBench;
const undos = new ImportUndoService();
let connection: string;
let campaign: string;

beforeAll(async () => {
  bench = await ProgramBench.open();
  imports = new ImportBench(bench);
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.superuser.query(
    'TRUNCATE import_run, import_change, import_undo, import_undo_item, ledger, enrolment CASCADE',
  );
  connection = await bench.connection({ label: 'Acme' });
  campaign = await bench.campaign('Partners', connection);
});

const HEADER = 'email,name,status,tier,tags,country\n';
const COLUMNS = ['email', 'fullName', 'status', 'tier', 'tags', 'country'] as const;
const imported = async (rows: string): Promise<string> => {
  const { id, state } = await imports.importFile(HEADER + rows, {
    columns: COLUMNS.map((field, index) => ({ index, field })),
    statuses: { yes: 'approved', no: 'applied' },
    ...{ campaign, known: 'update' },
  });
  expect(state).toBe('finished');
  await bench.workOff();
  return id;
};
const work = () => {
  const contacts = new ContactFanOut(bench.outbox);
  return new ImportUndoWork(
    new DecisionEffects(bench.fanOut, contacts),
    contacts,
    bench.fanOut,
    bench.outbox,
  );
};
const preview = (id: string) => bench.do((unit) => undos.preview(unit, id, 'bench'));
const start = (id: string, expected?: number) => bench.do((unit) => undos.start(unit, id, expected));
const people = async (id: string): Promise<readonly UndonePerson[]> =>
  (await bench.do((unit) => undos.people(unit, id, { limit: 100 }))).map(({ person }) => person);
const undone = async (id: string) => {
  const { id: undoId } = await preview(id);
  await start(id);
  await new JobRunner(bench.tenancy, work()).run(bench.organizationId, undoId);
  return bench.do((unit) => undos.get(unit, id));
};
const stored = async () =>
  (
    await bench.superuser.query<Record<string, unknown>>(
      `SELECT a.email, a.full_name AS name, a.country, e.status, e.tier, e.extra_tags AS tags
         FROM affiliate a LEFT JOIN enrolment e ON e.affiliate_id = a.id ORDER BY a.email`,
    )
  ).rows;
const idOf = async (email: string): Promise<string> =>
  (await bench.superuser.query<{ id: string }>('SELECT id FROM affiliate WHERE email = $1', [email])).rows[0]!
    .id;
const inLedger = async (email: string, tags: readonly string[]): Promise<void> => {
  await bench.superuser.query(
    `INSERT INTO ledger (organization_id, connection_id, contact_id, present, state, written, written_at)
     VALUES ($1, $2, $3, true, 'delivered', $4, now())`,
    [
      ...[bench.organizationId, connection, await idOf(email)],
      JSON.stringify({ email, fields: { rekomi_status: 'approved' }, tags, audiences: ['2'] }),
    ],
  );
};

describe('undoing an import', () => {
  it('archives whom it brought in, and has taken back what was written for them', async () => {
    const id = await imported('ada@example.com,Ada,yes,,vip,\nbob@example.com,Bob,no,,,\n');
    await inLedger('ada@example.com', ['vip']);
    const { preview: told, items } = await preview(id);
    expect([items, told.people]).toEqual([2, { archived: 2, restored: 0, leftAlone: 0 }]);
    expect(told.text).toBe(
      '2 people whom the import brought in will be archived in its campaign. What was written for them is taken back: 1 person at Acme. Events that were sent stay sent.',
    );
    const list = await people(id);
    expect(list.find(({ email }) => email === 'ada@example.com')).toMatchObject({
      action: 'archived',
      status: { from: 'approved', to: 'archived' },
      connections: [
        {
          ...{ connectionId: connection, effect: 'taken_back', fields: ['rekomi_status'] },
          ...{ tags: ['vip'], audiences: ['2'] },
        },
      ],
    });
    expect(await bench.pending()).toEqual([]);
    expect(await undone(id)).toMatchObject({ state: 'finished', done: 2 });
    expect((await stored()).map(({ email, status }) => [email, status])).toEqual([
      ['ada@example.com', 'archived'],
      ['bob@example.com', 'archived'],
    ]);
    expect(await bench.pendingLines()).toEqual(['Acme ada@example.com contact affiliate_archived']);
    const desired = await bench.desired(connection, [await idOf('ada@example.com')]);
    expect([...desired.values()]).toEqual([{ kind: 'absent' }]);
  });

  it('gives people who were known their earlier values, tags, tier and status back', async () => {
    await bench.affiliate('ada@example.com', { campaign, status: 'approved', tier: 'Silver', tags: ['old'] });
    await bench.affiliate('bob@example.com', { campaign, status: 'applied' });
    await bench.workOff();
    const before = await stored();
    const id = await imported('ada@example.com,Ada L.,yes,Gold,new,DE\nbob@example.com,Bob,yes,,,\n');
    expect(await stored()).toEqual([
      {
        ...{ email: 'ada@example.com', name: 'Ada L.', country: 'DE' },
        ...{ status: 'approved', tier: 'Gold', tags: ['new', 'old'] },
      },
      { email: 'bob@example.com', name: 'Bob', country: null, status: 'approved', tier: null, tags: [] },
    ]);
    await preview(id);
    expect((await people(id)).find(({ email }) => email === 'ada@example.com')).toMatchObject({
      ...{ action: 'restored', tagsRemoved: ['new'], tier: { from: 'Gold', to: 'Silver' } },
      fields: expect.arrayContaining(['name', 'country']) as unknown,
    });
    await undone(id);
    expect(await stored()).toEqual(before);
    expect([...(await bench.pendingLines())].sort()).toEqual([
      'Acme ada@example.com contact affiliate_changed',
      'Acme bob@example.com contact import_undone',
    ]);
  });

  it('leaves alone what somebody decided or changed since, and says so', async () => {
    await bench.affiliate('ada@example.com', { campaign, status: 'approved' });
    const id = await imported(
      'ada@example.com,Ada L.,yes,,new,DE\nbob@example.com,Bob,no,,,\ncy@example.com,Cy,yes,,,\n',
    );
    const [bob, cy] = [await idOf('bob@example.com'), await idOf('cy@example.com')];
    const ada = await idOf('ada@example.com');
    await bench.do((unit) => bench.affiliates.change(unit, ada, { country: 'FR' }));
    for (const [affiliateId, decision] of [
      [bob, 'approved'],
      [cy, 'unapproved'],
    ] as const)
      await bench.do((unit) => bench.enrolments.decide(unit, { affiliateIds: [affiliateId], decision }));
    await undone(id);
    expect(
      (await stored()).map(({ email, name, country, status, tags }) => [email, name, country, status, tags]),
    ).toEqual([
      ['ada@example.com', null, 'FR', 'approved', []],
      ['bob@example.com', 'Bob', null, 'approved', []],
      ['cy@example.com', 'Cy', null, 'applied', []],
    ]);
    const list = new Map((await people(id)).map(({ email, ...person }) => [email, person]));
    expect(list.get('ada@example.com')?.leftAlone).toEqual([{ what: 'country', why: 'changed_since' }]);
    expect(list.get('bob@example.com')).toMatchObject({
      action: 'left_alone',
      leftAlone: [{ what: 'status', why: 'decided_since' }],
    });
  });

  it('happens once', async () => {
    const id = await imported('ada@example.com,Ada,yes,,,\n');
    await undone(id);
    await bench.workOff();
    expect(await bench.denied((unit) => undos.start(unit, id, undefined))).toMatchObject({
      errors: [{ code: 'import_undone' }],
    });
    expect(await preview(id)).toMatchObject({ state: 'finished' });
    expect(await bench.pending()).toEqual([]);
    expect(await bench.denied((unit) => imports.imports.start(unit, id))).toMatchObject({
      errors: [{ code: expect.stringMatching(/import_(undone|state)/) as unknown }],
    });
  });

  it('goes on where it broke off, and does nobody twice', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => `p${n}@example.com,P,yes,,,\n`).join('');
    const id = await imported(rows);
    const { id: undoId } = await preview(id);
    await start(id);
    const dying = Object.assign(work(), { chunk: 5 });
    Object.assign(dying, {
      committed: () => {
        throw new Error('The process dies here.');
      },
    });
    await expect(new JobRunner(bench.tenancy, dying).run(bench.organizationId, undoId)).rejects.toThrow();
    expect(await bench.do((unit) => undos.get(unit, id))).toMatchObject({ done: 5 });
    await start(id);
    await new JobRunner(bench.tenancy, Object.assign(work(), { chunk: 5 })).run(bench.organizationId, undoId);
    expect(await bench.do((unit) => undos.get(unit, id))).toMatchObject({ state: 'finished', done: 12 });
    expect((await bench.pendingLines()).length).toBe(12);
  });

  it('says what is not on record, and that a list that changed is not what was looked at', async () => {
    await bench.affiliate('ada@example.com', { campaign, status: 'approved' });
    const id = await imported('ada@example.com,Ada L.,yes,,,\nbob@example.com,Bob,yes,,,\n');
    await bench.superuser.query('DELETE FROM import_change');
    const { preview: told } = await preview(id);
    expect([told.notRecorded, told.text]).toEqual([
      1,
      expect.stringContaining('Of 1 person it is not on record'),
    ]);
    expect(await bench.denied((unit) => undos.start(unit, id, 7))).toMatchObject({
      errors: [{ code: 'count_changed' }],
    });
  });

  it('of an import that did nothing is not started', async () => {
    await bench.affiliate('ada@example.com', { campaign, status: 'approved' });
    const id = await imported('ada@example.com,,yes,,,\n');
    expect((await preview(id)).preview.text).toContain('Nothing of this import can be undone');
    expect(await bench.denied((unit) => undos.start(unit, id, undefined))).toMatchObject({
      errors: [{ code: 'nothing_to_undo' }],
    });
  });
});
