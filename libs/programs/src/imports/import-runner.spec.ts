import { ProgramWork } from '../program-work.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { ProgramBench } from '../testing/program-bench.js';
import type { ImportRow } from './import-run.js';
import { ImportBench } from './testing/import-bench.js';

let bench: ProgramBench;
let imports: ImportBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
  imports = new ImportBench(bench);
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.superuser.query('TRUNCATE import_run CASCADE');
});

const many = (count: number, prefix = 'person'): string =>
  `email,name,token\n${Array.from({ length: count }, (_, n) => `${prefix}${n}@example.com,Person ${n},tok-${prefix}-${n}`).join('\n')}\n`;
const counts = ({ counts: { counts: found } }: ImportRow) => found;

/** Fails in its own way before a given transaction begins, or waits there. */
class DisturbedWork extends ProgramWork {
  #runs = 0;

  constructor(private readonly disturb: (run: number) => Promise<void>) {
    super(bench.tenancy, bench.outbox);
  }

  override async run<T>(organizationId: string, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    this.#runs += 1;
    await this.disturb(this.#runs);
    return super.run(organizationId, work);
  }
}

const cutConnection = (): Error => Object.assign(new Error('terminating connection'), { code: '57P01' });

describe('an import', () => {
  it('brings people in with name, slug, status, consent and a delivery each', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection({ label: 'One' }));
    const row = await imports.importFile(
      'id,first_name,last_name,email,state,token,campaign,visitors,paypal_email,wise_email,created_at\n' +
        '5d1f,Mira,Okafor,mira.okafor@example.com,active,mira,Friends,412,mira.pay@example.com,,2024-03-18T09:21:44.120Z\n' +
        '0c6a,Jonas,Unknown,jonas@example.org,disabled,jo,Friends,3,,,2024-07-02T16:05:00.000Z\n',
      { campaign, statuses: { active: 'approved', disabled: 'rejected' } },
    );
    expect(row).toMatchObject({
      state: 'finished',
      source: 'Rewardful',
      rows: 2,
      position: 2,
      file_kept: false,
    });
    expect(counts(row)).toEqual({ created: 2, warnings: 1 });
    expect(await imports.people()).toEqual([
      {
        ...{ email: 'jonas@example.org', full_name: 'Jonas', referral_slug: null, link_aliases: ['jo'] },
        ...{ paypal_email: null, country: null, source_data: { campaign: 'Friends', visitors: '3' } },
        ...{ status: 'rejected', tier: null, extra_tags: [], consents: 1 },
      },
      {
        ...{
          email: 'mira.okafor@example.com',
          full_name: 'Mira Okafor',
          referral_slug: 'mira',
          link_aliases: [],
        },
        ...{ paypal_email: 'mira.pay@example.com', country: null },
        ...{ source_data: { campaign: 'Friends', visitors: '412' }, status: 'approved', tier: null },
        ...{ extra_tags: [], consents: 1 },
      },
    ]);
    expect(await bench.pendingLines()).toEqual([
      'One mira.okafor@example.com contact affiliate_approved',
      'One mira.okafor@example.com event affiliate_approved',
    ]);
    expect(await imports.issues(row.id)).toEqual([
      { line: 3, severity: 'warning', column_name: 'token', code: 'slug_not_usable' },
    ]);
  });

  it('of the same file twice changes nothing and sends nothing the second time', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const file = many(250);
    await imports.importFile(file, { campaign, status: 'approved' });
    const before = await imports.people();
    await bench.workOff();
    const second = await imports.importFile(file, { campaign, status: 'approved' });
    expect(counts(second)).toEqual({ unchanged: 250 });
    expect(await imports.people()).toEqual(before);
    expect(await bench.pending()).toEqual([]);
    expect(await bench.count('event')).toBe(250);
  });

  it('that is cancelled in the middle and continued imports each row once, and the counts add up', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await imports.upload(`${many(950)}nobody,x,y\nperson3@example.com,Again,\n`);
    await imports.map(id, { campaign, status: 'approved' });
    await bench.do((unit) => imports.imports.start(unit, id));
    const cancelling = new DisturbedWork(async (run) => {
      if (run === 5) await bench.do((unit) => imports.imports.cancel(unit, id));
    });
    expect(await imports.runner(100, cancelling).run(bench.organizationId, id)).toBe('ended');
    const cancelled = await imports.get(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', position: 300 });
    expect(await bench.count('affiliate')).toBe(300);

    const finished = await imports.start(id);
    expect(finished).toMatchObject({ state: 'finished', position: 952, rows: 952 });
    expect(counts(finished)).toEqual({ created: 950, refused: 1, repeated: 1, warnings: 1 });
    expect(await bench.count('affiliate')).toBe(950);
    expect(await bench.count('event')).toBe(950);
    expect(await bench.count('delivery')).toBe(1_900);
  });

  it('whose process dies at any moment loses nothing and doubles nothing', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const id = await imports.upload(many(950));
    await imports.map(id, { campaign, status: 'approved' });
    await bench.do((unit) => imports.imports.start(unit, id));
    for (let death = 2; death < 30; death += 1) {
      const dying = new DisturbedWork((run) => {
        if (run === 3) throw cutConnection();
        return Promise.resolve();
      });
      const end = await imports
        .runner(100, dying)
        .run(bench.organizationId, id)
        .catch(() => 'died');
      if (end === 'ended') break;
      expect((await imports.get(id)).state).toBe('running');
      expect(await bench.count('affiliate')).toBe((await imports.get(id)).position);
    }
    await imports.work(id);
    const finished = await imports.get(id);
    expect(finished).toMatchObject({ state: 'finished', position: 950 });
    expect(counts(finished)).toEqual({ created: 950 });
    expect(await bench.count('affiliate')).toBe(950);
    expect(await bench.count('event')).toBe(950);
  });

  it('is taken over when its process is silent for long, and the silent one does no harm afterwards', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await imports.upload(many(500));
    await imports.map(id, { campaign, status: 'applied' });
    await bench.do((unit) => imports.imports.start(unit, id));
    let wakeUp: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wakeUp = resolve));
    let sleeps: () => void = () => undefined;
    const fallenAsleep = new Promise<void>((resolve) => (sleeps = resolve));
    const sleepy = new DisturbedWork(async (run) => {
      if (run !== 4) return;
      sleeps();
      await asleep;
    });
    const silent = imports.runner(100, sleepy).run(bench.organizationId, id);
    await fallenAsleep;
    expect(await imports.work(id)).toBe('not_ours');
    await bench.superuser.query(
      `UPDATE import_run SET lease_until = now() - interval '1 second' WHERE id = $1`,
      [id],
    );
    expect(await imports.work(id)).toBe('ended');
    wakeUp();
    expect(await silent).toBe('lost');
    expect(counts(await imports.get(id))).toEqual({ created: 500 });
    expect(await bench.count('affiliate')).toBe(500);
  });

  it('by two processes at once is done by one of them', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await imports.upload(many(300));
    await imports.map(id, { campaign, status: 'applied' });
    await bench.do((unit) => imports.imports.start(unit, id));
    expect((await Promise.all([imports.work(id), imports.work(id)])).sort()).toEqual(['ended', 'not_ours']);
    expect(counts(await imports.get(id))).toEqual({ created: 300 });
  });

  it('that stops with its process is continued by the next one at once', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await imports.upload(many(300));
    await imports.map(id, { campaign, status: 'applied' });
    await bench.do((unit) => imports.imports.start(unit, id));
    expect(await imports.runner().run(bench.organizationId, id, AbortSignal.abort())).toBe('stopped');
    expect(await imports.work(id)).toBe('ended');
  });

  it('fails with a reason when its campaign is gone, and goes on with another mapping', async () => {
    const campaign = await bench.campaign('Summer');
    const other = await bench.campaign('Winter');
    const id = await imports.upload(many(3));
    await imports.map(id, { campaign, status: 'applied' });
    await bench.superuser.query(`DELETE FROM campaign WHERE slug = $1`, [campaign]);
    expect(await imports.start(id)).toMatchObject({ state: 'failed', failure: { code: 'campaign_gone' } });
    await imports.map(id, { campaign: other, status: 'applied' });
    expect(await imports.start(id)).toMatchObject({ state: 'finished' });
  });

  it('of people who are known can replace, fill gaps, or leave them alone', async () => {
    const campaign = await bench.campaign('Summer');
    const first = 'email,name,country,tier\na@example.com,Ada,,gold\n';
    const second = 'email,name,country,tier\na@example.com,Ada Lovelace,GB,silver\n';
    for (const [known, name, tier, outcome] of [
      ['skip', 'Ada', 'gold', 'skipped'],
      ['fill', 'Ada', 'gold', 'updated'],
      ['update', 'Ada Lovelace', 'silver', 'updated'],
    ] as const) {
      await bench.superuser.query('TRUNCATE affiliate CASCADE');
      await imports.importFile(first, { campaign, status: 'applied' });
      const row = await imports.importFile(second, { campaign, status: 'applied', known });
      expect(counts(row)).toEqual({ [outcome]: 1 });
      expect(await imports.people()).toMatchObject([
        { full_name: name, tier, country: known === 'skip' ? null : 'GB' },
      ]);
    }
  });

  it('never turns round what was decided here, and says so', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    const file = 'email,status\na@example.com,active\nb@example.com,disabled\n';
    const mapping = { campaign, statuses: { active: 'approved', disabled: 'rejected' } } as const;
    const a = await bench.affiliate('a@example.com', { campaign });
    await bench.affiliate('b@example.com', { campaign, status: 'approved' });
    await bench.do((unit) =>
      bench.enrolments.decide(unit, { affiliateIds: [a], campaign, decision: 'rejected' }),
    );
    const row = await imports.importFile(file, mapping);
    expect(counts(row)).toEqual({ unchanged: 2, warnings: 2 });
    expect(await imports.people()).toMatchObject([{ status: 'rejected' }, { status: 'approved' }]);
    expect((await imports.issues(row.id)).map(({ code }) => code)).toEqual(['status_kept', 'status_kept']);
  });

  it('keeps the first of several rows with one address and the link words of all of them', async () => {
    const campaign = await bench.campaign('Summer');
    const rows = [
      ...Array.from({ length: 120 }, (_, n) => `x${n}@example.com,X,`),
      'ADA@example.com,Ada,ada-one',
      'ada@example.com,Other,ada-two',
      ...Array.from({ length: 120 }, (_, n) => `y${n}@example.com,Y,`),
      'Ada@Example.com,Third,ada-three',
    ];
    const row = await imports.importFile(`email,name,token\n${rows.join('\n')}`, {
      campaign,
      status: 'applied',
    });
    expect(counts(row)).toEqual({ created: 241, repeated: 2, warnings: 2 });
    const [ada] = await imports.people();
    expect(ada).toMatchObject({
      ...{ email: 'ADA@example.com', full_name: 'Ada', referral_slug: 'ada-one' },
      link_aliases: ['ada-two', 'ada-three'],
    });
  });

  it('gives a slug to the first who asks for it, in any letter case, and keeps it as an alias for others', async () => {
    const campaign = await bench.campaign('Summer');
    await imports.importFile('email,token\na@example.com,Mira\n', { campaign, status: 'applied' });
    const row = await imports.importFile(
      'email,token\nb@example.com,MIRA\nc@example.com,new\nd@example.com,New\n',
      {
        ...{ campaign, status: 'applied' },
      },
    );
    expect(counts(row)).toEqual({ created: 3, warnings: 2 });
    expect(await imports.people()).toMatchObject([
      { referral_slug: 'Mira' },
      { referral_slug: null, link_aliases: ['MIRA'] },
      { referral_slug: 'new' },
      { referral_slug: null, link_aliases: ['New'] },
    ]);
  });

  it('refuses rows one by one, with line, column and reason', async () => {
    const campaign = await bench.campaign('Summer');
    const row = await imports.importFile(
      'email;name;status;created_at\n' +
        'good@example.com;Good;active;2024-01-31\n' +
        'bad@;Bad;active;\n' +
        '\n' +
        'date@example.com;Date;active;31/01/2024\n' +
        'wide@example.com;Wide;active;;;more\n' +
        'left@example.com;Left;spam;\n' +
        '"open@example.com;Open;active;\n',
      { campaign, statuses: { active: 'approved', spam: 'skip' } },
    );
    expect(counts(row)).toEqual({ created: 1, refused: 4, left_out: 1 });
    expect(await imports.issues(row.id)).toEqual([
      { line: 3, severity: 'refused', column_name: 'email', code: 'email_domain' },
      { line: 5, severity: 'refused', column_name: 'created_at', code: 'invalid_time' },
      { line: 6, severity: 'refused', column_name: null, code: 'row_malformed' },
      { line: 8, severity: 'refused', column_name: null, code: 'quote_not_closed' },
    ]);
  });

  it('is nobody else’s', async () => {
    const id = await imports.upload(many(3));
    const other = bench.otherOrganizationId;
    expect(await bench.denied((unit) => imports.imports.get(unit, id), other)).toMatchObject({
      reason: 'not_found',
    });
    expect(await bench.denied((unit) => imports.imports.start(unit, id), other)).toMatchObject({
      reason: 'not_found',
    });
    expect(await imports.runner().run(other, id)).toBe('not_ours');
  });
});

describe('a check', () => {
  it('says beforehand what the import then does, and changes nobody', async () => {
    const campaign = await bench.campaign('Summer', await bench.connection());
    await imports.importFile(many(40, 'known'), { campaign, status: 'approved' });
    await bench.workOff();
    const before = await imports.people();
    const file = [
      'email,name,token',
      ...Array.from({ length: 20 }, (_, n) => `known${n}@example.com,Person ${n},tok-known-${n}`),
      ...Array.from({ length: 20 }, (_, n) => `known${n + 20}@example.com,Renamed ${n},tok-known-${n + 20}`),
      ...Array.from({ length: 150 }, (_, n) => `new${n}@example.com,New ${n},tok-known-${n}`),
      'new0@example.com,Again,',
      'wrong,Wrong,',
    ].join('\n');
    const id = await imports.upload(file);
    await imports.map(id, { campaign, status: 'approved' });
    const checked = await imports.check(id);
    expect(checked).toMatchObject({ state: 'checked', position: 0, counts: {} });
    expect(checked.report?.counts).toEqual({
      ...{ created: 150, updated: 20, unchanged: 20, repeated: 1, refused: 1 },
      warnings: 41,
    });
    expect(checked.report?.examples.created).toHaveLength(5);
    expect(checked.report?.reasons).toMatchObject({
      slug_taken: 40,
      address_repeated: 1,
      email_without_at: 1,
    });
    expect(await imports.people()).toEqual(before);
    expect(await bench.pending()).toEqual([]);
    const foretold = await imports.issues(id);

    const finished = await imports.start(id);
    expect(counts(finished)).toEqual(checked.report?.counts);
    expect(await imports.issues(id)).toEqual(foretold);
  });

  it('that broke off begins anew', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await imports.upload(`${many(250)}wrong,,\n`.replace('person3@example.com', 'person3'));
    await imports.map(id, { campaign, status: 'applied' });
    await bench.do((unit) => imports.imports.check(unit, id));
    const dying = new DisturbedWork((run) => {
      if (run === 3) throw cutConnection();
      return Promise.resolve();
    });
    await expect(imports.runner(100, dying).run(bench.organizationId, id)).rejects.toThrow();
    await imports.work(id);
    expect((await imports.get(id)).report?.counts).toEqual({ created: 249, refused: 2 });
  });

  it('that is cancelled leaves the file as it was mapped', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await imports.upload(many(250));
    await imports.map(id, { campaign, status: 'applied' });
    await bench.do((unit) => imports.imports.check(unit, id));
    await bench.do((unit) => imports.imports.cancel(unit, id));
    expect(await imports.work(id)).toBe('ended');
    expect(await imports.get(id)).toMatchObject({ state: 'mapped', position: 0, report: null });
  });
});
