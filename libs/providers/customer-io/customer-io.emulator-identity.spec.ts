import { EmulatorDriver } from './testing/emulator-driver.js';

const OK = { status: 200, body: '{}\n' };

describe('which person a write hits', () => {
  it('creates a person under the address of the path', () => {
    const vendor = EmulatorDriver.immediate();
    expect(vendor.identify('jane+tag@example.com', { first_name: 'Jane' })).toMatchObject(OK);
    expect(vendor.people()).toMatchObject([
      { email: 'jane+tag@example.com', id: null, attributes: { first_name: 'Jane' }, unsubscribed: false },
    ]);
  });

  it('takes the same address in other letter case for the same person', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', { first_name: 'Jane' });
    vendor.identify('JANE@Example.com', { last_name: 'Doe' });
    expect(vendor.people()).toHaveLength(1);
    expect(vendor.person('Jane@example.COM')?.attributes).toEqual({ first_name: 'Jane', last_name: 'Doe' });
  });

  it('keeps ids apart by letter case', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('User1', {});
    vendor.identify('user1', {});
    expect(vendor.people().map((person) => person.id)).toEqual(['User1', 'user1']);
  });

  it('hands the unknown path identifier to the person the body names', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('jane@example.com', {});
    vendor.identify('42', { email: 'jane@example.com', plan: 'pro' });
    expect(vendor.people()).toMatchObject([
      { id: '42', email: 'jane@example.com', attributes: { plan: 'pro' } },
    ]);
  });

  it('updates the person of the path and logs it when the body names somebody else', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('a@example.com', {});
    vendor.identify('7', { email: 'b@example.com' });
    expect(vendor.identify('a@example.com', { id: '7', plan: 'pro' })).toMatchObject(OK);
    expect(vendor.person('a@example.com')).toMatchObject({ id: null, attributes: { plan: 'pro' } });
    expect(vendor.person('b@example.com')).toMatchObject({ id: '7', attributes: {} });
    expect(vendor.silences()).toEqual(['identifier_belongs_to_another_person']);
  });

  it('does not change an address that is set unless the call names the cio_id', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('old@example.com', {});
    vendor.identify('old@example.com', { email: 'new@example.com' });
    expect(vendor.people()).toMatchObject([{ email: 'old@example.com' }]);
    expect(vendor.silences()).toEqual(['identifier_is_set']);
    vendor.identify(`cio_${vendor.people()[0]?.cioId}`, { email: 'new@example.com' });
    expect(vendor.people()).toMatchObject([{ email: 'new@example.com' }]);
    expect(vendor.person('old@example.com')).toBeUndefined();
  });

  it('drops an address that begins with cio_ on the v1 path, and takes it through v2', () => {
    const vendor = EmulatorDriver.immediate();
    expect(vendor.identify('cio_team@example.com', { email: 'cio_team@example.com' })).toMatchObject(OK);
    expect(vendor.people()).toEqual([]);
    expect(vendor.silences()).toEqual(['unknown_cio_id']);
    vendor.send('POST', 'track.customer.io/api/v2/entity', {
      type: 'person',
      identifiers: { email: 'cio_team@example.com' },
      action: 'identify',
    });
    expect(vendor.people()).toMatchObject([{ email: 'cio_team@example.com' }]);
  });

  it('takes an address for an id where the workspace knows ids only, so two people share it', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.post('workspaces', { id: 1001, identifiers: 'id_only' });
    vendor.identify('jane@example.com', { email: 'jane@example.com' });
    vendor.identify('42', { email: 'jane@example.com' });
    expect(vendor.people().map((person) => person.id)).toEqual(['jane@example.com', '42']);
    expect(vendor.app('customers?email=jane%40example.com').body).toMatchObject({
      results: [{ id: 'jane@example.com' }, { id: '42' }],
    });
    expect(vendor.app('customers/jane%40example.com/attributes?id_type=email').status).toBe(400);
  });

  it('ignores what is no address where the workspace knows addresses only', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.post('workspaces', { id: 1001, identifiers: 'email_only' });
    expect(vendor.identify('42', { plan: 'pro' })).toMatchObject(OK);
    expect(vendor.people()).toEqual([]);
    expect(vendor.silences()).toEqual(['not_an_identifier']);
  });

  it('answers the recorded 400 for a differing id where the workspace still does that', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.post('workspaces', { id: 1001, identifierConflict: 'refused' });
    const answer = vendor.identify('42', { id: '43', token: 'x'.repeat(1001) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      meta: {
        errors: [
          'id attribute and identifier are not the same value',
          "value for attribute 'token' cannot be longer than 1000 bytes",
        ],
      },
    });
  });

  it('merges the secondary person into the primary', () => {
    const vendor = EmulatorDriver.immediate();
    vendor.identify('one@example.com', { plan: 'pro' });
    vendor.identify('two@example.com', { plan: 'free', city: 'Oslo' });
    vendor.join(2, ['two@example.com']);
    vendor.send('POST', 'track.customer.io/api/v1/merge_customers', {
      primary: { email: 'one@example.com' },
      secondary: { email: 'two@example.com' },
    });
    expect(vendor.people()).toMatchObject([
      { email: 'one@example.com', attributes: { plan: 'pro', city: 'Oslo' }, segments: ['Affiliates'] },
    ]);
  });
});
