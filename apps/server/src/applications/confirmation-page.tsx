import type { Confirmation } from '@rekomi/programs';
import type { ReactElement } from 'react';

import { PageLayout } from '../pages/page-layout.js';

/** Behind the link of a confirmation mail. Opening it changes nothing; the button does. */
export function ConfirmationPage({ confirmation }: { readonly confirmation: Confirmation }): ReactElement {
  const { state, email, campaignName, organizationName, wordings } = confirmation;
  if (state === 'done') {
    return (
      <PageLayout title="Your address is confirmed" from={organizationName}>
        <p>
          Thank you. <span className="code">{email}</span> is confirmed for your application for “
          {campaignName}”. There is nothing more to do.
        </p>
      </PageLayout>
    );
  }
  return (
    <PageLayout title="Confirm your address" from={organizationName}>
      <p>
        You applied for “{campaignName}” with the address <span className="code">{email}</span>.
      </p>
      {wordings.length === 0 ? null : (
        <>
          <p>You agreed to this:</p>
          <ul>
            {wordings.map((wording) => (
              <li key={wording}>{wording}</li>
            ))}
          </ul>
        </>
      )}
      <form method="post">
        <button type="submit">Yes, this is my address</button>
      </form>
      <p className="note">If you did not apply, close this page. Nothing happens then.</p>
    </PageLayout>
  );
}
