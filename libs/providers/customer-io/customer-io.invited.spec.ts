import { CLEAR, type DesiredContact } from '@rekomi/provider-contract';

import { ownAttributes, planContact } from './customer-io.mapping.js';

const link = `https://crm.example.com/invites/${'a'.repeat(64)}`;
const invited: DesiredContact = {
  email: 'jane@example.com',
  status: 'invited',
  tags: [],
  audiences: [],
  attributes: { invite_url: link },
};
const options = { createdAt: 'missing_only', canLook: false } as const;

describe('somebody who is only invited', () => {
  it('gets the link and the status, and nothing that a known person already has is touched', () => {
    expect(planContact({ contactId: 'a', desired: invited }, options)).toMatchObject({
      kind: 'plan',
      attributes: { rekomi_status: 'invited', rekomi_invite_url: link },
      join: [],
      leave: [],
    });
    const plan = planContact({ contactId: 'a', desired: invited }, options);
    expect(plan.kind === 'plan' ? Object.keys(plan.attributes).sort() : []).toEqual([
      'rekomi_invite_url',
      'rekomi_status',
    ]);
  });

  it('loses the link once approved, and all of ours once the invitation is over', () => {
    const fields = { rekomi_status: 'invited', rekomi_invite_url: link };
    const previous = { email: 'jane@example.com', fields, tags: [], audiences: [] };
    const approved: DesiredContact = { ...invited, status: 'approved', attributes: { invite_url: CLEAR } };
    expect(planContact({ contactId: 'a', desired: approved, previous }, options)).toMatchObject({
      attributes: { rekomi_status: 'approved', rekomi_invite_url: null },
    });
    expect(ownAttributes(previous)).toEqual({ rekomi_status: null, rekomi_invite_url: null });
  });
});
