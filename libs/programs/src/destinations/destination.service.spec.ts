import { randomUUID } from 'node:crypto';

import { ProgramBench } from '../testing/program-bench.js';
import type { DestinationInput } from './destination.service.js';

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
});
