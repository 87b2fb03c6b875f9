import { ProgramBench } from '../testing/program-bench.js';
import type { EventRulesInput } from './event-rules.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const setRules = (connection: string, rules: EventRulesInput) =>
  bench.do((unit) => bench.eventRules.setOfConnection(unit, connection, rules));
const refusal = (connection: string, rules: EventRulesInput) =>
  bench.denied((unit) => bench.eventRules.setOfConnection(unit, connection, rules));
const take = async (name: string) => {
  const [outcome] = await bench.work.run(bench.organizationId, (unit) =>
    bench.events.take(unit, { events: [{ email: 'a@example.com', name }] }),
  );
  return outcome;
};
const names = async () =>
  (await bench.pending()).map(({ connection, event_name }) => [connection, event_name]);

/** Somebody who is approved where events go to these connections, with nothing waiting. */
async function approvedAt(...connections: readonly string[]): Promise<void> {
  const campaign = await bench.campaign('Summer', ...connections);
  await bench.affiliate('a@example.com', { campaign, status: 'approved' });
  await bench.workOff();
}

describe('an event with a name that a tool keeps for itself', () => {
  it('is refused where no other tool would get it, and says which tool and what to do', async () => {
    await approvedAt(await bench.connection({ label: 'Mail' }));
    const before = await bench.count('event');
    expect(await take('User Deleted')).toEqual({
      outcome: 'invalid',
      errors: [
        {
          pointer: '#/events/0/name',
          code: 'event_name_reserved',
          detail:
            'Customer.io keeps "User Deleted" for its own purposes. Choose another name, or give the event another one in the event rules of the connection "Mail".',
        },
      ],
    });
    expect([await bench.count('event'), await bench.pending()]).toEqual([before, []]);
  });

  it('is taken where a rule gives it another name there', async () => {
    const mail = await bench.connection({ label: 'Mail' });
    await approvedAt(mail);
    await setRules(mail, { mode: 'all', names: { 'User Deleted': 'Customer left' } });
    expect(await take('User Deleted')).toMatchObject({ outcome: 'accepted', warnings: [] });
    expect(await names()).toEqual([['Mail', 'Customer left']]);
  });

  it('is taken with a warning where another tool can have it', async () => {
    const other = await bench.connection({ label: 'Other', provider: 'short-names' });
    await approvedAt(await bench.connection({ label: 'Mail' }), other);
    expect(await take('report_sent')).toMatchObject({
      outcome: 'accepted',
      warnings: [{ code: 'event_name_reserved' }],
    });
    expect(await names()).toEqual([
      ['Mail', 'report_sent'],
      ['Other', 'report_sent'],
    ]);
  });

  it('is anybody’s where no tool with such a rule is connected', async () => {
    await approvedAt(await bench.connection({ label: 'Unknown', provider: 'gone' }));
    expect(await take('User Deleted')).toMatchObject({ outcome: 'accepted', warnings: [] });
  });

  it('cannot be declared either', async () => {
    await bench.connection();
    expect(
      await bench.denied((unit) => bench.eventTypes.create(unit, { name: 'report_sent' })),
    ).toMatchObject({ errors: [{ pointer: '#/name', code: 'event_name_reserved' }] });
  });
});

describe('event rules of a connection', () => {
  it.each<[string, string, EventRulesInput, string, string]>([
    [
      'keeps',
      'customer-io',
      { mode: 'all', names: { x: 'USER deleted' } },
      '#/names/x',
      'event_name_reserved',
    ],
    [
      'keeps unless renamed',
      'customer-io',
      { mode: 'chosen', chosen: ['x', 'report_x'] },
      '#/chosen/1',
      'event_name_reserved',
    ],
    [
      'finds too long in bytes',
      'customer-io',
      { mode: 'all', names: { x: 'é'.repeat(51) } },
      '#/names/x',
      'event_name_length',
    ],
    [
      'finds too long in characters',
      'short-names',
      { mode: 'all', names: { x: 'a'.repeat(21) } },
      '#/names/x',
      'event_name_length',
    ],
    [
      'does not write so',
      'short-names',
      { mode: 'all', names: { x: 'Paid Out' } },
      '#/names/x',
      'event_name_form',
    ],
    [
      'has no rule about, and nobody can keep',
      'gone',
      { mode: 'all', names: { x: 'a'.repeat(256) } },
      '#/names/x',
      'event_name_length',
    ],
  ])('refuse a name that its tool %s', async (_what, provider, rules, pointer, code) => {
    const connection = await bench.connection({ provider });
    expect(await refusal(connection, rules)).toMatchObject({
      reason: 'invalid',
      errors: [{ pointer, code }],
    });
  });

  it('of a campaign are held against the same tool', async () => {
    const connection = await bench.connection({ provider: 'short-names' });
    const campaign = await bench.campaign('Summer', connection);
    const rules = { mode: 'all', names: { x: 'Paid Out' } } as const;
    expect(
      await bench.denied((unit) => bench.eventRules.setOfDestination(unit, campaign, connection, rules)),
    ).toMatchObject({ errors: [{ pointer: '#/names/x', code: 'event_name_form' }] });
  });

  it.each<[string, string, EventRulesInput]>([
    [
      'has a name of its own for',
      'customer-io',
      { mode: 'chosen', chosen: ['report_x'], names: { report_x: 'X' } },
    ],
    ['has room for', 'gone', { mode: 'all', names: { x: 'a'.repeat(255) } }],
    ['would keep under our name only', 'customer-io', { mode: 'all', names: { 'user deleted': 'Left' } }],
  ])('take a name that the tool %s', async (_what, provider, rules) => {
    const connection = await bench.connection({ provider });
    expect(await setRules(connection, rules)).toMatchObject({ names: rules.names });
  });
});
