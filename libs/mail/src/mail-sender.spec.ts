import { jest } from '@jest/globals';
import { createDataSource, Tenancy } from '@rekomi/database';
import { emptyTables, migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';

import { MailQueue } from './mail-queue.js';
import { MailReader } from './mail-reader.js';
import { MailSender, type MailSenderOptions } from './mail-sender.js';
import type { MailMessage } from './message.js';
import { SmtpClient } from './smtp-client.js';
import { SqlMailOutbox } from './sql-mail-outbox.js';

const FROM = 'Acme affiliates <partners@acme.example>';
const outbox = new SqlMailOutbox({ configured: true, from: FROM });
const acme = newId();
const globex = newId();

let database: TestDatabase;
let dataSource: DataSource;
let superuser: pg.Pool;
let tenancy: Tenancy;
let server: SMTPServer;
let port: number;
let senders: MailSender[] = [];

/** What the server was given, whole mails only. */
let received: ParsedMail[] = [];
/** What it says to a recipient, or to the content; nothing: it takes the mail. */
let answerTo: (recipient: string) => Error | undefined;
let answerData: () => Error | undefined;
/** The server takes a mail and then falls silent. */
let hang: Promise<void> | undefined;
let mailFrom: () => Error | undefined;

beforeAll(async () => {
  database = await migratedTestDatabase();
  dataSource = createDataSource({ url: database.appUrl, poolSize: 8, applicationName: 'mail-test' });
  await dataSource.initialize();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  tenancy = new Tenancy(dataSource);
  for (const [id, slug] of [
    [acme, 'acme'],
    [globex, 'globex'],
  ] as const) {
    await superuser.query('INSERT INTO organization (id, slug, name) VALUES ($1, $2, $2)', [id, slug]);
  }
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onMailFrom: (_address, _session, done) => done(mailFrom()),
    onRcptTo: ({ address }, _session, done) => done(answerTo(address)),
    onData: (stream, session: SMTPServerSession, done) => {
      // Half a mail, of a sender that was cut off, is none.
      const half = (err: unknown): void => done(err instanceof Error ? err : new Error(String(err)));
      void simpleParser(stream).then(async (mail) => {
        const refusal = answerData();
        if (refusal === undefined) received.push(mail);
        await hang;
        done(refusal, session.id);
      }, half);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
});

beforeEach(async () => {
  await emptyTables(superuser, 'mail');
  received = [];
  answerTo = () => undefined;
  answerData = () => undefined;
  mailFrom = () => undefined;
  hang = undefined;
});

afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
});

afterAll(async () => {
  await new Promise<void>((resolve) => server.close(resolve));
  await dataSource.destroy();
  await superuser.end();
  await database.drop();
});

const warn = jest.fn<(line: object) => void>();

function start(change: Partial<MailSenderOptions> = {}): MailSender {
  const sender = new MailSender({
    queue: new MailQueue(tenancy),
    smtp: new SmtpClient({ url: `smtp://127.0.0.1:${port}`, from: FROM, connections: 3 }),
    log: { info: () => undefined, warn, error: (line) => warn(line) },
    concurrency: 3,
    random: () => 0.5,
    pollMs: 20,
    graceMs: 100,
    ...change,
  });
  senders.push(sender);
  sender.start();
  return sender;
}

const refusal = (responseCode: number, words = 'No') => Object.assign(new Error(words), { responseCode });
const mailTo = (to: string, change: Partial<MailMessage> = {}): MailMessage => ({
  ...{ to, subject: 'Hello', text: 'See https://acme.example/invites/SECRET', purpose: 'invite' },
  ...change,
});
const record = (messages: readonly MailMessage[], organizationId = acme) =>
  tenancy.run(organizationId, (tx) => outbox.record(tx, organizationId, messages));

interface Row {
  readonly state: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly body_text: string | null;
  readonly message_id: string;
  readonly waits: boolean;
}
const rows = async () =>
  (await superuser.query<Row>('SELECT *, next_at > now() AS waits FROM mail ORDER BY id')).rows;
async function until(reached: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await reached())) {
    if (performance.now() > end) throw new Error('What was waited for did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const settled = () =>
  until(async () => (await rows()).every(({ state }) => state === 'sent' || state === 'failed'));

describe('a mail that was left to be sent', () => {
  it('arrives with its text, its HTML and a Message-ID of the sender’s domain, and its content is forgotten', async () => {
    await record([mailTo('ada@example.com', { html: '<p>Hi <b>Ada</b></p>', subject: 'Grüße, Ada' })]);
    start();
    await settled();
    const [mail] = received;
    expect(mail).toMatchObject({
      subject: 'Grüße, Ada',
      from: { text: '"Acme affiliates" <partners@acme.example>' },
      to: { text: 'ada@example.com' },
      html: expect.stringContaining('<b>Ada</b>'),
      text: expect.stringContaining('/invites/SECRET'),
    });
    const [row] = await rows();
    expect(mail?.messageId).toBe(row?.message_id);
    expect(row?.message_id).toMatch(/^<[0-9a-f-]{36}@acme\.example>$/);
    expect(row).toMatchObject({ state: 'sent', attempts: 1, body_text: null, last_error: null });
  });

  it('is never sent when its transaction is rolled back', async () => {
    const lost = tenancy.run(acme, async (tx) => {
      await outbox.record(tx, acme, [mailTo('ada@example.com')]);
      throw new Error('undone');
    });
    await expect(lost).rejects.toThrow('undone');
    await record([mailTo('bo@example.com')]);
    start();
    await settled();
    expect(received).toHaveLength(1);
  });

  it('can be unsubscribed from with one click where it says where', async () => {
    const unsubscribeUrl = `https://acme.example/unsubscribe/${'x'.repeat(120)}?a=1`;
    await record([mailTo('ada@example.com', { unsubscribeUrl }), mailTo('bo@example.com')]);
    start();
    await settled();
    const lines = (to: string) =>
      received
        .find(({ to: found }) => found !== undefined && !Array.isArray(found) && found.text === to)
        ?.headerLines.map(({ line }) => line);
    expect(lines('ada@example.com')).toContain(`List-Unsubscribe: <${unsubscribeUrl}>`);
    expect(lines('ada@example.com')).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(lines('bo@example.com')?.join('\n')).not.toMatch(/List-Unsubscribe/i);
  });

  it('goes out in the order in which it was left, what a person waits for before what goes to many', async () => {
    const bulk = { unsubscribeUrl: 'https://acme.example/u' };
    await record(['a', 'b', 'c'].map((name) => mailTo(`${name}@example.com`, bulk)));
    await record([mailTo('reset@example.com', { purpose: 'password_reset' })]);
    start({ concurrency: 1 });
    await settled();
    expect(received.map(({ to }) => (Array.isArray(to) ? '' : to?.text))).toEqual(
      ['reset', 'a', 'b', 'c'].map((name) => `${name}@example.com`),
    );
  });

  it('of one organisation does not wait for the thousands of another', async () => {
    await record(Array.from({ length: 200 }, (_, index) => mailTo(`a${index}@example.com`)));
    await record([mailTo('globex@example.com')], globex);
    start({ concurrency: 2 });
    await until(() => received.some(({ to }) => !Array.isArray(to) && to?.text === 'globex@example.com'));
    expect(received.length).toBeLessThan(50);
  });
});

describe('names and addresses that somebody typed', () => {
  it('begin no other header and reach no other recipient', async () => {
    await record([mailTo('ada@example.com', { subject: 'Hi\r\nBcc: eve@example.com\u2028X: y' })]);
    start();
    await settled();
    expect(received[0]?.subject).toBe('Hi Bcc: eve@example.com X: y');
    expect(received[0]?.bcc).toBeUndefined();
    expect(received).toHaveLength(1);
  });

  it.each([
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    'Ada <ada@example.com>',
    'ada@example.com;eve@example.com',
    'ada',
    `${'a'.repeat(250)}@example.com`,
  ])('are no recipient as %j', async (to) => {
    await expect(record([mailTo(to)])).rejects.toThrow('not one bare address');
    expect(await rows()).toEqual([]);
  });

  it('are no unsubscribe address with another scheme', async () => {
    await expect(
      record([mailTo('a@example.com', { unsubscribeUrl: 'javascript:alert(1)' })]),
    ).rejects.toThrow('https://');
  });
});

describe('a mail server that does not take a mail', () => {
  it('for now is asked again later, with the same Message-ID', async () => {
    answerTo = () => refusal(451, 'Greylisted');
    await record([mailTo('ada@example.com')]);
    start();
    await until(async () => (await rows())[0]?.last_error != null);
    const [waiting] = await rows();
    expect(waiting).toMatchObject({ state: 'queued', attempts: 1, waits: true });
    expect(waiting?.last_error).toContain('Greylisted');
    answerTo = () => undefined;
    await superuser.query('UPDATE mail SET next_at = now()');
    await settled();
    expect(received.map(({ messageId }) => messageId)).toEqual([waiting?.message_id]);
    expect((await rows())[0]).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it.each(['the recipient', 'the content'])('for good because of %s is never asked again', async (what) => {
    if (what === 'the recipient') answerTo = () => refusal(550, 'No such user');
    else answerData = () => refusal(554, 'Spam: https://acme.example/invites/SECRET is listed');
    await record([mailTo('ada@example.com')]);
    start();
    await settled();
    expect((await rows())[0]).toMatchObject({ state: 'failed', attempts: 1, body_text: null });
    expect((await rows())[0]?.last_error).not.toContain('SECRET');
    await record([mailTo('bo@example.com')]);
    answerTo = () => undefined;
    answerData = () => undefined;
    await settled();
    expect(received).toHaveLength(1);
  });

  it('because it does not like the sender is asked again, since that is the operator’s to repair', async () => {
    mailFrom = () => refusal(553, 'Sender not allowed');
    await record([mailTo('ada@example.com')]);
    start();
    await until(async () => (await rows())[0]?.last_error != null);
    expect((await rows())[0]).toMatchObject({ state: 'queued' });
  });

  it('for two days loses the mail, and the log says so without an address', async () => {
    answerTo = () => refusal(451);
    warn.mockClear();
    await record([mailTo('ada@example.com')]);
    await superuser.query(`UPDATE mail SET created_at = now() - interval '49 hours'`);
    start();
    await settled();
    expect((await rows())[0]).toMatchObject({ state: 'failed', body_text: null });
    expect(JSON.stringify(warn.mock.calls)).toContain('given up');
    expect(JSON.stringify(warn.mock.calls)).not.toContain('ada@');
  });

  it('because nobody listens there keeps the mail', async () => {
    await record([mailTo('ada@example.com')]);
    const smtp = new SmtpClient({ url: 'smtp://127.0.0.1:1', from: FROM, connections: 1 });
    start({ smtp });
    await until(async () => (await rows())[0]?.last_error != null);
    expect((await rows())[0]).toMatchObject({ state: 'queued', body_text: expect.any(String) });
  });
});

describe('a sender that is killed in the middle', () => {
  it('leaves its mail to the next one, which sends it with the same Message-ID', async () => {
    await record([mailTo('ada@example.com')]);
    // What a killed process leaves behind: a claim that nobody renews and nobody settles.
    const queue = new MailQueue(tenancy);
    const [claimed] = await queue.claim(newId(), 10, 300);
    expect(claimed).toBeDefined();
    start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(received).toHaveLength(0);
    await superuser.query('UPDATE mail SET next_at = now()');
    await settled();
    expect(received).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ state: 'sent', attempts: 2 });
    // The first one was only slow, not dead: it can no longer change what the second one wrote.
    await queue.retry(claimed!, 0, 'late');
    expect((await rows())[0]).toMatchObject({ state: 'sent', last_error: null });
  });

  it('after the server took the mail has it sent twice, recognisable as one', async () => {
    let release = (): void => undefined;
    hang = new Promise<void>((resolve) => {
      release = resolve;
    });
    await record([mailTo('ada@example.com')]);
    const first = start();
    await until(() => received.length === 1);
    await first.close();
    expect((await rows())[0]).toMatchObject({ state: 'queued', attempts: 1 });
    hang = undefined;
    release();
    await superuser.query('UPDATE mail SET next_at = now()');
    start();
    await settled();
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(1);
  });
});

describe('two senders at once', () => {
  it('send every mail once', async () => {
    await record(Array.from({ length: 60 }, (_, index) => mailTo(`a${index}@example.com`)));
    start();
    start();
    await settled();
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(60);
    expect(received).toHaveLength(60);
  });

  it('end without losing what was under way', async () => {
    await record(Array.from({ length: 40 }, (_, index) => mailTo(`a${index}@example.com`)));
    const sender = start();
    await until(() => received.length > 3);
    await sender.close();
    const states = (await rows()).map(({ state }) => state);
    expect(states.filter((state) => state === 'sent')).toHaveLength(received.length);
    expect(states).not.toContain('sending');
  });
});

describe('without a mail server', () => {
  it('nothing can be left, so that no mail waits for ever unnoticed', async () => {
    const none = new SqlMailOutbox({ configured: false, from: FROM });
    expect(none.configured).toBe(false);
    await expect(
      tenancy.run(acme, (tx) => none.record(tx, acme, [mailTo('ada@example.com')])),
    ).rejects.toThrow('SMTP_URL');
  });
});

describe('the list of mails', () => {
  it('tells the state of each and nothing of what stands in it, to its organisation only', async () => {
    await record([mailTo('ada@example.com')]);
    await record([mailTo('bo@example.com', { purpose: 'password_reset' })]);
    const reader = new MailReader(tenancy);
    const all = await reader.list(acme, {}, { limit: 10 });
    expect(all).toMatchObject([
      { to: 'bo@example.com', state: 'queued', purpose: 'password_reset' },
      { to: 'ada@example.com', subject: 'Hello', attempts: 0 },
    ]);
    expect(JSON.stringify(all)).not.toContain('SECRET');
    expect(await reader.list(acme, { purpose: 'invite' }, { limit: 10 })).toHaveLength(1);
    expect(await reader.list(acme, { state: 'sent' }, { limit: 10 })).toEqual([]);
    expect(await reader.list(globex, {}, { limit: 10 })).toEqual([]);
  });
});
