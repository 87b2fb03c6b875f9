import { ADDRESS_PARTS, type FormField, type GivenAnswers } from '@rekomi/programs';

/** Field that people do not see and programs that fill in everything do. */
export const TRAP_FIELD = '_website';
/** Field with the revision of the form that was shown. */
export const REVISION_FIELD = '_revision';

/** What browsers send for a ticked consent. */
export const TICKED = 'yes';

/** A form as a browser sends it; a name that comes several times has a list. */
export type SentFields = Readonly<Record<string, string | readonly string[]>>;

/** The same answers as a JSON client would send them. What is no field of the form is left out. */
export function answersOf(fields: readonly FormField[], sent: SentFields): GivenAnswers {
  const value = (name: string): string | readonly string[] | undefined =>
    Object.hasOwn(sent, name) ? sent[name] : undefined;
  return Object.fromEntries(
    fields.map(({ key, type }): [string, unknown] => {
      if (type === 'address') {
        const parts = ADDRESS_PARTS.map((part) => [part, value(`${key}.${part}`)] as const);
        return [key, Object.fromEntries(parts.filter(([, given]) => given !== undefined))];
      }
      const given = value(key);
      if (type === 'consent') return [key, given === undefined ? undefined : given === TICKED];
      if (type === 'checkboxes' && typeof given === 'string') return [key, [given]];
      return [key, given];
    }),
  );
}

export function textOf(sent: SentFields, name: string): string {
  const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
  return typeof value === 'string' ? value : (value ?? []).join('');
}
