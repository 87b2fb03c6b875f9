import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';
import type { DestinationInput } from './destination-input.js';

let bench: ProgramBench;
beforeAll(async () => {
  bench = await ProgramBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const put = (campaign: string, connectionId: string, input: DestinationInput) =>
  bench.do((unit) => bench.destinations.put(unit, campaign, connectionId, input));

describe('a campaign’s destination', () => {
  it('inherits audience and tags from the connection until it has its own, and shows both', async () => {
    const connection = await bench.connection({ defaultAudience: '1', defaultTags: ['VIP'] });
    const campaign = await bench.campaign('Summer');
    expect(await put(campaign, connection, {})).toMatchObject({
      created: true,
      destination: {
        connection: { id: connection, label: 'Acme', provider: 'customer-io', state: 'verified' },
        enabled: true,
        audience: {
          value: { id: '1', name: 'Everybody' },
          source: 'connection',
          inherited: { id: '1', name: 'Everybody' },
        },
        extraTags: [],
        tags: {
          value: ['Rekomi affiliate', 'VIP'],
          source: 'connection',
          inherited: ['Rekomi affiliate', 'VIP'],
        },
      },
    });
    const own = { audience: { id: '7', name: 'Seven' }, extraTags: [' sun ', 'vip', 'Sun'] };
    expect(await put(campaign, connection, own)).toMatchObject({
      created: false,
      destination: {
        audience: {
          value: { id: '7', name: 'Seven' },
          source: 'campaign',
          inherited: { id: '1', name: 'Everybody' },
        },
        extraTags: ['sun', 'vip'],
        tags: {
          value: ['Rekomi affiliate', 'VIP', 'sun'],
          source: 'campaign',
          inherited: ['Rekomi affiliate', 'VIP'],
        },
      },
    });
    expect(await put(campaign, connection, {})).toMatchObject({
      destination: { audience: { source: 'connection' }, tags: { source: 'connection' } },
    });
    expect(await bench.do((unit) => bench.destinations.list(unit, campaign))).toHaveLength(1);
  });

  it('sends everybody approved when it appears, changes, is switched off or on, or is removed', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer');
    await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    await bench.affiliate('applied@example.com', { campaign });
    const line = 'Acme a@example.com contact destination_changed';
    const steps: readonly (readonly [DestinationInput | 'remove', readonly string[]])[] = [
      [{}, [line]],
      [{}, []],
      [{ extraTags: ['sun'] }, [line]],
      [{ extraTags: ['sun'], audience: { id: '7' } }, [line]],
      [{ extraTags: ['sun'], audience: { id: '7', name: 'Only the name is new' } }, []],
      [{ enabled: false }, [line]],
      [{ enabled: false, extraTags: ['rain'] }, []],
      [{ enabled: true }, [line]],
      ['remove', [line]],
    ];
    for (const [step, lines] of steps) {
      await bench.workOff();
      if (step === 'remove') await bench.do((unit) => bench.destinations.remove(unit, campaign, connection));
      else await put(campaign, connection, step);
      expect(await bench.pendingLines()).toEqual(lines);
      expect(bench.woken).toEqual(lines.length === 0 ? [] : [connection]);
    }
  });

  it('sends 12,000 people with statements by the thousand', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer');
    await bench.crowd(12_000, campaign);
    await bench.superuser.query(`UPDATE enrolment SET status = 'approved'`);
    bench.statements.length = 0;
    await put(campaign, connection, {});
    expect(await bench.count('delivery')).toBe(12_000);
    expect(bench.statements.length).toBeLessThan(20);
  });

  it('is refused for connections that are disconnected, unknown or another organisation’s', async () => {
    const campaign = await bench.campaign('Summer');
    const gone = await bench.connection({ state: 'disabled' });
    const foreign = await bench.connection({ organizationId: bench.otherOrganizationId });
    const denied = (connection: string) =>
      bench.denied((unit) => bench.destinations.put(unit, campaign, connection, {}));
    expect(await denied(gone)).toMatchObject({
      reason: 'conflict',
      errors: [{ code: 'connection_disconnected' }],
    });
    for (const id of [foreign, randomUUID(), 'no id']) {
      expect(await denied(id)).toEqual({ reason: 'not_found', what: 'connection', id });
    }
    expect(await bench.count('campaign_destination')).toBe(0);
  });

  it('of another organisation’s campaign cannot be seen, made or removed', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    const nobody = { reason: 'not_found', what: 'campaign', id: campaign };
    const foreign = bench.otherOrganizationId;
    expect(await bench.denied((unit) => bench.destinations.list(unit, campaign), foreign)).toEqual(nobody);
    expect(
      await bench.denied((unit) => bench.destinations.remove(unit, campaign, connection), foreign),
    ).toEqual(nobody);
    expect(
      await bench.denied((unit) => bench.destinations.put(unit, campaign, connection, {}), foreign),
    ).toEqual(nobody);
    expect(await bench.count('campaign_destination')).toBe(1);
  });

  it('names the tag and the audience that are not possible', async () => {
    const campaign = await bench.campaign('Summer');
    const connection = await bench.connection();
    const wrong = { extraTags: ['fine', 'a,b'], audience: { id: ' ' } };
    expect(
      await bench.denied((unit) => bench.destinations.put(unit, campaign, connection, wrong)),
    ).toMatchObject({
      reason: 'invalid',
      errors: [{ pointer: '#/audience/id' }, { pointer: '#/extraTags/1' }],
    });
  });

  it('that was removed cannot be removed again', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    const remove = () => bench.denied((unit) => bench.destinations.remove(unit, campaign, connection));
    expect(await remove()).toEqual({ granted: undefined });
    expect(await remove()).toEqual({ reason: 'not_found', what: 'destination', id: connection });
  });

  it('keeps in a change what is absent and resets to the default what is null', async () => {
    const connection = await bench.connection({ defaultAudience: '1' });
    const campaign = await bench.campaign('Summer');
    const own = {
      audience: { id: '7' },
      extraTags: ['sun'],
      extraAttributes: { percent: 10 },
      enabled: false,
      inviteLinks: true,
    };
    await put(campaign, connection, own);
    const patch = (input: DestinationInput) =>
      bench.do((unit) => bench.destinations.patch(unit, campaign, connection, input));
    expect(await patch({ extraTags: ['rain'] })).toMatchObject({
      enabled: false,
      audience: { value: { id: '7' }, source: 'campaign' },
      extraTags: ['rain'],
      extraAttributes: { percent: 10 },
      inviteLinks: true,
    });
    const reset = {
      audience: null,
      extraTags: null,
      extraAttributes: null,
      enabled: null,
      inviteLinks: null,
    };
    expect(await patch(reset)).toMatchObject({
      enabled: true,
      audience: { value: { id: '1' }, source: 'connection' },
      extraTags: [],
      extraAttributes: {},
      inviteLinks: false,
    });
  });

  it('tells "the connection’s audience", "this one" and "none at all" apart', async () => {
    const connection = await bench.connection({ defaultAudience: '1' });
    const campaign = await bench.campaign('Summer', connection);
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    const defaults = { defaultAudience: '1' };
    const inherited = { id: '1', name: 'Everybody' };
    for (const [audience, view, lands] of [
      [{ none: true }, { value: null, source: 'campaign', inherited }, []],
      [{ id: '7' }, { value: { id: '7', name: null }, source: 'campaign', inherited }, ['7']],
      [null, { value: inherited, source: 'connection', inherited }, ['1']],
    ] as const) {
      await bench.workOff();
      expect(await put(campaign, connection, { audience })).toMatchObject({
        destination: { audience: view },
      });
      expect(await bench.pendingLines()).toEqual(['Acme a@example.com contact destination_changed']);
      expect((await bench.desired(connection, [id], defaults)).get(id)).toMatchObject({
        contact: { audiences: lands },
      });
    }
  });

  it('sends attributes, and clears at everybody of the connection what a campaign no longer sets', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer');
    await put(campaign, connection, { extraAttributes: { percent: 10, vip: true } });
    const id = await bench.affiliate('a@example.com', { campaign, status: 'approved' });
    const attributes = async () => {
      const desired = (await bench.desired(connection, [id])).get(id);
      return desired?.kind === 'present' ? desired.contact.attributes : undefined;
    };
    expect(await attributes()).toEqual({ percent: 10, vip: true });
    await bench.workOff();
    await put(campaign, connection, { extraAttributes: { percent: 20 } });
    expect(await attributes()).toEqual({ percent: 20, vip: { clear: true } });
    expect(await bench.pendingLines()).toEqual(['Acme a@example.com contact destination_changed']);
    await bench.workOff();
    await put(campaign, connection, { extraAttributes: { percent: 20 } });
    expect(await bench.pending()).toEqual([]);
  });

  it('names the attribute that the vendor reserves, and stores nothing', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer');
    const extraAttributes = { fine: 1, cio_id: 'x' };
    expect(
      await bench.denied((unit) => bench.destinations.put(unit, campaign, connection, { extraAttributes })),
    ).toMatchObject({
      reason: 'invalid',
      errors: [
        {
          pointer: '#/extraAttributes/cio_id',
          code: 'attribute_reserved',
          detail: expect.stringContaining('Customer.io'),
        },
      ],
    });
    expect(await bench.count('campaign_destination')).toBe(0);
  });

  it('with invite links sends those invited too, and only them when nothing else changes', async () => {
    const connection = await bench.connection();
    const campaign = await bench.campaign('Summer', connection);
    await bench.affiliate('approved@example.com', { campaign, status: 'approved' });
    await bench.affiliate('invited@example.com', { campaign });
    await bench.superuser.query(`UPDATE enrolment SET status = 'invited' WHERE status = 'applied'`);
    const invited = ['Acme invited@example.com contact destination_changed'];
    const both = ['Acme approved@example.com contact destination_changed', ...invited];
    for (const [input, lines] of [
      [{ inviteLinks: true }, invited],
      [{ inviteLinks: true, extraTags: ['sun'] }, both],
      [{ inviteLinks: true, extraTags: ['sun'], enabled: false }, both],
      [{ inviteLinks: false, extraTags: ['sun'], enabled: false }, []],
    ] as const) {
      await bench.workOff();
      await put(campaign, connection, input);
      expect(await bench.pendingLines()).toEqual(lines);
    }
  });

  it('that does not exist cannot be changed', async () => {
    const campaign = await bench.campaign('Summer');
    const id = await bench.connection();
    expect(await bench.denied((unit) => bench.destinations.patch(unit, campaign, id, {}))).toEqual({
      reason: 'not_found',
      what: 'destination',
      id,
    });
  });

  it('decides where affiliates land: only at the connections that the campaign names', async () => {
    const [us, eu] = [await bench.connection({ label: 'US' }), await bench.connection({ label: 'EU' })];
    const american = await bench.campaign('American', us);
    const european = await bench.campaign('European', eu);
    const both = await bench.campaign('Both', us, eu);
    const ann = await bench.affiliate('ann@example.com', { campaign: american, status: 'approved' });
    const bea = await bench.affiliate('bea@example.com', { campaign: european, status: 'approved' });
    const cleo = await bench.affiliate('cleo@example.com', { campaign: both, status: 'approved' });
    expect((await bench.pendingLines()).filter((line) => line.includes('contact'))).toEqual([
      'EU bea@example.com contact affiliate_approved',
      'EU cleo@example.com contact affiliate_approved',
      'US ann@example.com contact affiliate_approved',
      'US cleo@example.com contact affiliate_approved',
    ]);
    const present = async (connection: string) =>
      [...(await bench.desired(connection, [ann, bea, cleo])).values()].map(({ kind }) => kind);
    expect(await present(us)).toEqual(['present', 'absent', 'present']);
    expect(await present(eu)).toEqual(['absent', 'present', 'present']);
  });
});
