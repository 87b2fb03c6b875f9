import type { WebhookMessage } from '../webhook-message.js';

export function messageWith(change: Partial<WebhookMessage> = {}): WebhookMessage {
  return {
    id: 'msg_0193f5c1a7b2',
    type: 'commission_earned',
    timestamp: '2026-11-23T09:15:00.250Z',
    data: {
      amount: 1250,
      currency: 'EUR',
      order: { id: 'A-1042', paid: true, note: null },
      items: [{ sku: 's1' }],
    },
    affiliate: { id: 'aff_1', email: "o'brien+río/50%@example.com", firstName: 'Zoë' },
    campaign: { id: 'cmp_1', name: 'River launch', slug: 'river-launch' },
    ...change,
  };
}
