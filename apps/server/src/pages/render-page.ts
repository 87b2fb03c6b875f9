import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

/** What a page is sent with. */
export const PAGE_MEDIA_TYPE = 'text/html; charset=utf-8';

/** HTML of a whole page. React escapes every value; nothing here is ever put in as raw HTML. */
export function renderPage(page: ReactElement): string {
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}
