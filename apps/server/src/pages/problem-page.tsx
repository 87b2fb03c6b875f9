import type { ProblemDocument } from '@rekomi/http';
import type { ReactElement } from 'react';

import { PageLayout } from './page-layout.js';

/** A problem as a person sees it who opened a page. */
export function ProblemPage({ document }: { readonly document: ProblemDocument }): ReactElement {
  return (
    <PageLayout title={document.title}>
      <p>{document.detail}</p>
      {document.fix === undefined ? null : <p>{document.fix}</p>}
      <p className="hint">Number of this request: {document.requestId}</p>
    </PageLayout>
  );
}
