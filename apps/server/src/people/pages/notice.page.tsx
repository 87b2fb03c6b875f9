import type { ReactElement } from 'react';

import { PageLayout } from '../../pages/page-layout.js';

export interface NoticePageProps {
  readonly title: string;
  readonly text: string;
}

export function NoticePage({ title, text }: NoticePageProps): ReactElement {
  return (
    <PageLayout title={title}>
      <p role="status">{text}</p>
      <p>
        <a href="/account/sign-in">Back to sign-in</a>
      </p>
    </PageLayout>
  );
}
