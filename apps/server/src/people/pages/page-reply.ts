import type { FastifyReply } from 'fastify';
import type { ReactElement } from 'react';

import { PAGE_MEDIA_TYPE, renderPage } from '../../pages/render-page.js';

/** Pages about a person's account are for one person, once. */
export function showPage(reply: FastifyReply, page: ReactElement, status = 200): string {
  void reply.status(status).type(PAGE_MEDIA_TYPE).header('cache-control', 'no-store');
  return renderPage(page);
}

/** After a form was carried out: reloading the next page repeats nothing. */
export function goTo(reply: FastifyReply, path: string): string {
  void reply.status(303).header('location', path).header('cache-control', 'no-store');
  return '';
}
