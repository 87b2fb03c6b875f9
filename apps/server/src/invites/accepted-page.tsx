import type { Invitation } from '@rekomi/programs';
import type { ReactElement } from 'react';

import { PageLayout } from '../pages/page-layout.js';

/** After accepting. */
export function AcceptedPage(props: {
  readonly invitation: Invitation;
  readonly status: 'approved' | 'applied';
}): ReactElement {
  const { invitation, status } = props;
  return (
    <PageLayout title="Thank you" from={invitation.organization}>
      {status === 'approved' ? (
        <p>You take part in {invitation.campaign} from now on. There is nothing more to do.</p>
      ) : (
        <p>
          {invitation.organization} has your application for {invitation.campaign} and will decide about it.
          There is nothing more to do.
        </p>
      )}
    </PageLayout>
  );
}
