export const FIELD_TYPES = [
  ...(['text', 'long_text', 'email', 'url', 'number', 'date', 'dropdown', 'checkboxes'] as const),
  ...(['radio', 'consent', 'phone', 'country', 'address'] as const),
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What of a person a field fills. The field `email` fills the address without being told. */
export const FIELD_TARGETS = ['firstName', 'lastName', 'fullName', 'country'] as const;
export type FieldTarget = (typeof FIELD_TARGETS)[number];

/** Key of the one field that every form has: the applicant's own address. */
export const EMAIL_KEY = 'email';

/** Parts of an address, in the order in which they are asked for. */
export const ADDRESS_PARTS = ['line1', 'line2', 'city', 'region', 'postalCode', 'country'] as const;
export type AddressPart = (typeof ADDRESS_PARTS)[number];
export const NEEDED_ADDRESS_PARTS: ReadonlySet<AddressPart> = new Set(['line1', 'city', 'country']);

export interface FieldOption {
  readonly value: string;
  readonly label: string;
}

export interface FormField {
  /** Name of the field in what is sent; permanent as far as the merchant's own evaluation needs it. */
  readonly key: string;
  readonly type: FieldType;
  /** The question; of a consent its exact wording. */
  readonly label: string;
  readonly hint: string | null;
  readonly required: boolean;
  /** Of `dropdown`, `radio` and `checkboxes`. */
  readonly options: readonly FieldOption[];
  /** Least and most: characters of texts, the value of a number, days as `YYYY-MM-DD` of a date, choices of checkboxes. */
  readonly min: number | string | null;
  readonly max: number | string | null;
  readonly mapsTo: FieldTarget | null;
}

/** Words around the fields; null stands for the built-in ones. */
export interface FormTexts {
  /** Above the fields, below the campaign's description. Paragraphs are separated by blank lines. */
  readonly intro: string | null;
  readonly submitLabel: string | null;
  readonly thanksTitle: string | null;
  readonly thanksText: string | null;
}

export interface ApplicationForm {
  /** Whether the public page takes applications. */
  readonly enabled: boolean;
  readonly fields: readonly FormField[];
  readonly texts: FormTexts;
  /** Nobody has changed it yet. */
  readonly isDefault: boolean;
  readonly updatedAt: string | null;
}
