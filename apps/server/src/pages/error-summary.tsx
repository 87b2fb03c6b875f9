import type { ReactElement } from 'react';

export interface FieldFault {
  /** Name of the field, as in the form. */
  readonly field: string;
  readonly message: string;
}

/** At the top of a form that came back: what is wrong, each with a link to its field. */
export function ErrorSummary({ faults }: { readonly faults: readonly FieldFault[] }): ReactElement | null {
  if (faults.length === 0) return null;
  return (
    <div className="summary" role="alert" tabIndex={-1}>
      <h2>{faults.length === 1 ? 'One thing needs your attention' : 'Some things need your attention'}</h2>
      <ul>
        {faults.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            <a href={`#${field}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
