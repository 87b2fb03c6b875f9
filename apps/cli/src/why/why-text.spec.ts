import type { Affiliate, Timeline } from '../api/answers.js';
import { whyText } from './why-text.js';

const affiliate = { email: 'jane@example.com', name: 'Jane Doe', enrolments: [] } as unknown as Affiliate;

describe('why somebody is, or is not, there', () => {
  it('says what was left out although the person is there', () => {
    const timeline: Timeline = {
      email: affiliate.email,
      connections: [
        {
          label: 'Acme (Mailchimp, us14)',
          present: true,
          explanation: 'In Acme (Mailchimp, us14) since 2026-11-29 16:50:58 UTC.',
          warnings: [{ code: 'consent_not_raised', detail: 'The person is unsubscribed, and was left so.' }],
        },
      ],
      data: [],
    };
    expect(whyText(affiliate, timeline)).toContain(
      'since 2026-11-29 16:50:58 UTC.\n    But: The person is unsubscribed, and was left so.',
    );
  });
});
