import type { ReactElement } from 'react';

export interface FormFieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password' | 'url' | 'tel' | 'number' | 'date';
  readonly value?: string;
  readonly hint?: string;
  /** What is wrong with the value that was sent, and what to do about it. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** One input with its label, its hint and, beside it, what was wrong with it. */
export function FormField(props: FormFieldProps): ReactElement {
  const { name, label, type = 'text', value, hint, error, required = true, ...rest } = props;
  return (
    <div className={error === undefined ? 'field' : 'field wrong'}>
      <label htmlFor={name}>
        {label}
        {required ? null : <span className="optional"> (optional)</span>}
      </label>
      <FieldNotes name={name} hint={hint} error={error} />
      <input
        {...{ id: name, name, type, required, ...rest }}
        defaultValue={value}
        {...describedBy(name, hint, error)}
      />
    </div>
  );
}

/** Hint and error of a field, with the ids that {@link describedBy} refers to. */
export function FieldNotes(props: {
  readonly name: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}): ReactElement {
  const { name, hint, error } = props;
  return (
    <>
      {hint === undefined ? null : (
        <p className="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p className="error" id={`${name}-error`}>
          {error}
        </p>
      )}
    </>
  );
}

/** Attributes that tie an input to its {@link FieldNotes}, for screen readers. */
export function describedBy(
  name: string,
  hint: string | undefined,
  error: string | undefined,
): { 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const ids = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(error === undefined ? [] : [`${name}-error`]),
  ];
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(error === undefined ? {} : { 'aria-invalid': true }),
  };
}
