import type { ProblemDocument } from '@rekomi/http';
import { createElement } from 'react';

import { ProblemPage } from './problem-page.js';
import { renderPage } from './render-page.js';

/** A problem as people see it, as HTML. */
export function renderedProblem(document: ProblemDocument): string {
  return renderPage(createElement(ProblemPage, { document }));
}
