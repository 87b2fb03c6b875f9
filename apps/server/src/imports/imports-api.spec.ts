import { request as httpRequest } from 'node:http';

import { ImportsApiBench, type Reply } from './testing/imports-api-bench.js';

let bench: ImportsApiBench;
beforeAll(async () => {
  bench = await ImportsApiBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const FILE =
  'Email,First Name,State,Token,Note\n' +
  'ada@example.com,Ada,active,ada,hello\n' +
  'wrong,Bob,active,bob,"=cmd|\'/c calc\'!A1"\n' +
  'cy@,Cy,disabled,cy,"two\nlines, ""quoted"""\n';
const MEGABYTE = 1024 * 1024;

const campaign = async (): Promise<string> => {
  const { body } = await bench.call('POST', '/campaigns', { name: 'Summer' });
  return String(body['slug']);
};
const uploaded = async (content: string | Buffer = FILE): Promise<string> => {
  const { status, body } = await bench.upload(content);
  expect(status).toBe(201);
  return String(body['id']);
};
const mapped = async (content: string | Buffer = FILE, mapping: object = {}): Promise<string> => {
  const id = await uploaded(content);
  const { status, body } = await bench.call('PUT', `/imports/${id}/mapping`, {
    campaign: await campaign(),
    statuses: { active: 'approved', disabled: 'rejected' },
    ...mapping,
  });
  expect([status, body['state']]).toEqual([200, 'mapped']);
  return id;
};
const errorCodes = ({ body }: Reply): readonly string[] =>
  (body['errors'] as { code: string }[]).map(({ code }) => code);

describe('uploading a file', () => {
  it('shows its columns with samples, guesses what they are, and imports nothing yet', async () => {
    const { status, body } = await bench.upload(FILE);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ fileName: 'affiliates.csv', state: 'uploaded', source: 'Rewardful', rows: 3, createdBy: 'bench' },
      dialect: { encoding: 'utf-8', delimiter: ',', header: true },
      columns: [
        { index: 0, name: 'Email', field: 'email', samples: ['ada@example.com', 'wrong', 'cy@'] },
        { index: 1, name: 'First Name', field: 'firstName' },
        {
          ...{ index: 2, name: 'State', field: 'status' },
          values: [
            { value: 'active', count: 2, suggestedStatus: 'approved' },
            { value: 'disabled', count: 1, suggestedStatus: 'rejected' },
          ],
        },
        { index: 3, name: 'Token', field: 'referralSlug' },
        { index: 4, name: 'Note', field: 'ignore' },
      ],
      suggested: { statuses: { active: 'approved', disabled: 'rejected' }, dates: null },
      notes: [{ code: 'source_recognised' }],
    });
    expect(await bench.count('affiliate')).toBe(0);
  });

  it('works from a form with a file, as browsers send it', async () => {
    const form = new FormData();
    form.append('note', 'before the file');
    form.append('file', new Blob([FILE], { type: 'application/vnd.ms-excel' }), 'C:\\Users\\me\\my list.csv');
    const { status, body } = await bench.send('POST', '/imports', { body: form });
    expect(status).toBe(201);
    expect(body).toMatchObject({ fileName: 'my list.csv', rows: 3 });
  });

  it('from a form without a file is refused', async () => {
    const form = new FormData();
    form.append('note', 'nothing else');
    const reply = await bench.send('POST', '/imports', { body: form });
    expect(reply.status).toBe(400);
    expect(errorCodes(reply)).toEqual(['file_missing']);
  });

  it.each([
    ['an archive', Buffer.from('504b0304140000', 'hex'), 'file_compressed'],
    ['10,000 columns', `${'c,'.repeat(10_000)}\n1\n`, 'too_many_columns'],
    ['nothing', '', 'file_empty'],
  ])('with %s is refused, and nothing of it stays', async (_what, content, code) => {
    const reply = await bench.upload(content);
    expect(reply.status).toBe(422);
    expect(reply.body['code']).toBe('file_refused');
    expect(errorCodes(reply)).toEqual([code]);
    expect([await bench.count('import_run'), await bench.count('import_file_chunk')]).toEqual([0, 0]);
  });

  it('of 300 MB is refused with 413 and in flat memory, and nothing of it stays', async () => {
    const line = Buffer.from(`${'x'.repeat(40)}@example.com,${'Somebody '.repeat(60)}\n`.repeat(100));
    let sent = 0;
    const before = process.memoryUsage().rss;
    let peak = before;
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = httpRequest(
        `${bench.origin}/v1/imports`,
        { method: 'POST', headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'text/csv' } },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => (body += piece));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: body }));
        },
      );
      request.on('error', reject);
      request.write('email,name\n');
      const more = (): void => {
        while (sent < 300 * MEGABYTE) {
          sent += line.length;
          peak = Math.max(peak, process.memoryUsage().rss);
          if (!request.write(line)) {
            request.once('drain', more);
            return;
          }
        }
        request.end();
      };
      more();
    });
    expect(status).toBe(413);
    expect(text).toContain('file_too_large');
    expect((peak - before) / MEGABYTE).toBeLessThan(200);
    expect([await bench.count('import_run'), await bench.count('import_file_chunk')]).toEqual([0, 0]);
  }, 120_000);

  it('that breaks off leaves nothing behind', async () => {
    const request = httpRequest(`${bench.origin}/v1/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'text/csv' },
    });
    request.on('error', () => undefined);
    request.write(`email,name\n${'a@example.com,Ada\n'.repeat(100_000)}`);
    while ((await bench.count('import_file_chunk')) === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    request.destroy();
    const end = Date.now() + 10_000;
    while ((await bench.count('import_run')) > 0 && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect([await bench.count('import_run'), await bench.count('import_file_chunk')]).toEqual([0, 0]);
  });

  it('twice with one idempotency key is one import; another file with that key is refused', async () => {
    const headers = { 'idempotency-key': 'upload-1' };
    const first = await bench.upload(FILE, { headers });
    const again = await bench.upload(FILE, { headers });
    expect(again.body['id']).toBe(first.body['id']);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await bench.upload(`${FILE}x@example.com,,,,\n`, { headers });
    expect(other.status).toBe(422);
    expect(other.body['code']).toBe('idempotency_key_reused');
    expect(await bench.count('import_run')).toBe(1);
  });

  it('is not possible where JSON is expected', async () => {
    const reply = await bench.send('POST', '/affiliates', {
      body: FILE,
      headers: { 'content-type': 'text/csv' },
    });
    expect(reply.status).toBe(415);
    const form = new FormData();
    form.append('file', new Blob([FILE]), 'x.csv');
    expect((await bench.send('POST', '/affiliates', { body: form })).status).toBe(415);
  });
});

describe('mapping a file', () => {
  it('names every status that has no meaning yet', async () => {
    const id = await uploaded();
    const reply = await bench.call('PUT', `/imports/${id}/mapping`, {
      campaign: await campaign(),
      statuses: { ACTIVE: 'approved' },
    });
    expect(reply.status).toBe(400);
    expect(reply.body['errors']).toMatchObject([
      { pointer: '#/statuses/disabled', code: 'status_untranslated' },
    ]);
  });

  it('asks what everybody is to be when there is no status column, and for the column of addresses', async () => {
    const id = await uploaded('who,what\nada,x\n');
    const reply = await bench.call('PUT', `/imports/${id}/mapping`, { campaign: await campaign() });
    expect(reply.status).toBe(400);
    expect(errorCodes(reply)).toEqual(['email_column_missing', 'status_missing']);
  });

  it('refuses unknown fields, statuses, columns and campaigns', async () => {
    const id = await uploaded();
    const slug = await campaign();
    const put = (body: object) => bench.call('PUT', `/imports/${id}/mapping`, body);
    for (const body of [
      { campaign: slug, statuses: { active: 'boss' } },
      { campaign: slug, columns: [{ index: 0, field: 'shoeSize' }] },
      {
        campaign: slug,
        columns: [{ index: 99, field: 'email' }],
        statuses: { active: 'skip', disabled: 'skip' },
      },
      { campaign: slug, surprise: true },
    ])
      expect((await put(body)).status).toBe(400);
    expect((await put({ campaign: 'nowhere' })).status).toBe(404);
  });
});

describe('an import', () => {
  it('is checked, run, and its refused rows come back corrected', async () => {
    const id = await mapped();
    const check = await bench.call('POST', `/imports/${id}/check`);
    expect([check.status, check.body['state']]).toEqual([202, 'checking']);
    const checked = await bench.until(id, 'checked');
    expect(checked['report']).toMatchObject({
      counts: { created: 1, refused: 2 },
      reasons: [
        { code: 'email_domain', count: 1 },
        { code: 'email_without_at', count: 1 },
      ],
    });
    expect(await bench.count('affiliate')).toBe(0);

    expect((await bench.call('POST', `/imports/${id}/start`)).status).toBe(202);
    const finished = await bench.until(id, 'finished');
    expect(finished).toMatchObject({
      rows: 3,
      done: 3,
      counts: { created: 1, refused: 2 },
      secondsLeft: null,
    });

    const errors = await bench.send('GET', `/imports/${id}/errors.csv`, {});
    expect(errors.headers.get('content-type')).toContain('text/csv');
    expect(errors.text.replace('\uFEFF', '').split('\r\n').slice(0, 2)).toEqual([
      'Email,First Name,State,Token,Note,line,column,code,reason',
      "wrong,Bob,active,bob,'=cmd|'/c calc'!A1,3,Email,email_without_at,There is no @ in the address.",
    ]);
    const corrected = errors.text
      .replace('\r\nwrong,', '\r\nbob@example.com,')
      .replace('\r\ncy@,', '\r\ncy@example.com,');
    const second = await mapped(corrected, { columns: [{ index: 4, field: 'keep' }] });
    await bench.call('POST', `/imports/${second}/start`);
    expect((await bench.until(second, 'finished'))['counts']).toMatchObject({ created: 2, refused: 0 });
    const { rows } = await bench.superuser.query<{ source_data: object }>(
      `SELECT source_data FROM affiliate WHERE email <> 'ada@example.com' ORDER BY email`,
    );
    expect(rows.map(({ source_data: data }) => data)).toEqual([
      { Note: "=cmd|'/c calc'!A1" },
      { Note: 'two\nlines, "quoted"' },
    ]);
  });

  it('has its issues listed page by page', async () => {
    const id = await mapped();
    await bench.call('POST', `/imports/${id}/check`);
    await bench.until(id, 'checked');
    const first = await bench.call('GET', `/imports/${id}/issues?limit=1`);
    expect(first.body).toMatchObject({
      data: [{ line: 3, column: 'Email', code: 'email_without_at' }],
      hasMore: true,
    });
    const cursor = String(first.body['nextCursor']);
    expect((await bench.call('GET', `/imports/${id}/issues?limit=1&cursor=${cursor}`)).body).toMatchObject({
      data: [{ line: 4, severity: 'refused', code: 'email_domain' }],
      hasMore: false,
    });
    expect((await bench.call('GET', `/imports/${id}/issues?severity=warning`)).body['data']).toEqual([]);
  });

  it('of many rows can be cancelled and continued, and every row is there once', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `person${n}@example.com,P${n}`);
    const id = await mapped(`email,name\n${rows.join('\n')}\n`, { statuses: {}, status: 'approved' });
    await bench.call('POST', `/imports/${id}/start`);
    while (Number((await bench.call('GET', `/imports/${id}`)).body['done']) === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await bench.call('POST', `/imports/${id}/cancel`);
    const cancelled = await bench.until(id, 'cancelled');
    expect(Number(cancelled['done'])).toBeLessThan(20_000);
    expect(await bench.count('affiliate')).toBe(Number(cancelled['done']));
    await bench.call('POST', `/imports/${id}/start`);
    expect(await bench.until(id, 'finished')).toMatchObject({ done: 20_000, counts: { created: 20_000 } });
    expect(await bench.count('affiliate')).toBe(20_000);
  }, 120_000);

  it('cannot be mapped anew, started twice or deleted in a state that rules it out', async () => {
    const id = await uploaded();
    const started = await bench.call('POST', `/imports/${id}/start`);
    expect([started.status, started.body['code']]).toEqual([409, 'state_conflict']);
    const done = await mapped('email\na@example.com\n', { statuses: {}, status: 'applied' });
    await bench.call('POST', `/imports/${done}/start`);
    await bench.until(done, 'finished');
    expect((await bench.call('POST', `/imports/${done}/start`)).status).toBe(409);
    expect((await bench.call('DELETE', `/imports/${done}`)).status).toBe(204);
    expect((await bench.call('GET', `/imports/${done}`)).status).toBe(404);
    expect(await bench.count('affiliate')).toBe(1);
  });

  it('of another organisation does not exist', async () => {
    const id = await mapped();
    const as = { as: 'stranger' } as const;
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '/mapping', { campaign: 'summer' }],
      ['POST', '/check', undefined],
      ['POST', '/start', undefined],
      ['POST', '/cancel', undefined],
      ['GET', '/issues', undefined],
      ['GET', '/errors.csv', undefined],
      ['DELETE', '', undefined],
    ] as const)
      expect([path, (await bench.call(method, `/imports/${id}${path}`, body, as)).status]).toEqual([
        path,
        404,
      ]);
    expect((await bench.call('GET', '/imports', undefined, as)).body['data']).toEqual([]);
    expect((await bench.call('GET', '/imports')).body['data']).toMatchObject([{ id, state: 'mapped' }]);
  });
});
