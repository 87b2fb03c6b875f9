import { Fragment, type ReactElement } from 'react';

/** Plain text with its line breaks. */
export function Paragraphs({ of: paragraphs }: { readonly of: readonly string[] }): ReactElement {
  return (
    <>
      {paragraphs.map((paragraph, place) => (
        <p key={place}>
          {paragraph.split('\n').map((line, number) => (
            <Fragment key={number}>
              {number === 0 ? null : <br />}
              {line}
            </Fragment>
          ))}
        </p>
      ))}
    </>
  );
}
