import type { ReactElement, ReactNode } from 'react';

import { PAGE_STYLES_PATH } from './page-styles.js';

export interface PageLayoutProps {
  readonly title: string;
  /** What the browser's tab says in its place. */
  readonly documentTitle?: string;
  /** Whose page it is, above the title: the organisation's name. */
  readonly from?: string;
  /** BCP 47; `en` unless told. */
  readonly language?: string;
  readonly children: ReactNode;
}

/** What all server-rendered pages share: one column, readable without JavaScript, in light and dark. */
export function PageLayout(props: PageLayoutProps): ReactElement {
  const { title, documentTitle = title, from, language = 'en', children } = props;
  return (
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {/* With `no-referrer` browsers would hide the origin of our own forms as well. */}
        <meta name="referrer" content="same-origin" />
        <title>{from === undefined ? documentTitle : `${documentTitle} · ${from}`}</title>
        <link rel="stylesheet" href={PAGE_STYLES_PATH} />
      </head>
      <body>
        <main>
          {from === undefined ? null : <p className="from">{from}</p>}
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}
