import type { ReactElement } from 'react';

import { PageLayout } from '../pages/page-layout.js';

/** Behind the link at the end of a mail. Opening it changes nothing; the button does. */
export function UnsubscribePage(props: {
  readonly organization: string;
  readonly email: string;
  readonly done: boolean;
}): ReactElement {
  const { organization, email, done } = props;
  if (done) {
    return (
      <PageLayout title="You get no further invitations" from={organization}>
        <p>
          {organization} sends no further invitations to <span className="code">{email}</span>.
        </p>
      </PageLayout>
    );
  }
  return (
    <PageLayout title="No further invitations?" from={organization}>
      <p>
        {organization} will send no further invitations to <span className="code">{email}</span>.
      </p>
      <form method="post">
        <button type="submit">Send me no further invitations</button>
      </form>
    </PageLayout>
  );
}
