import type { ReactElement } from 'react';

import { PageLayout } from '../pages/page-layout.js';
import type { ApplicationPageView } from './application-pages.js';
import { Paragraphs } from './paragraphs-element.js';
import { thanksOf } from './thanks.js';

/** An address of its own, so that reloading sends nothing again. */
export function ThanksPage({ view }: { readonly view: ApplicationPageView }): ReactElement {
  const { title, paragraphs } = thanksOf(view);
  return (
    <PageLayout title={title} from={view.organizationName}>
      <Paragraphs of={paragraphs} />
    </PageLayout>
  );
}
