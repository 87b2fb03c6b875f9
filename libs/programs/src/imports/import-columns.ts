import { columnKey, normalizeColumnName } from './column-name.js';
import { type ImportField, IMPORT_FIELDS, SHARED_FIELDS } from './import-fields.js';
import type { SourceShape } from './shapes/source-shape.js';

const ALIASES: Readonly<Partial<Record<ImportField, readonly string[]>>> = {
  email: [
    ...['email', 'e_mail', 'email_address', 'e_mail_address', 'mail', 'affiliate_email', 'partner_email'],
    ...['promoter_email', 'contact_email'],
  ],
  firstName: ['first_name', 'firstname', 'given_name', 'first', 'forename', 'vorname'],
  lastName: ['last_name', 'lastname', 'surname', 'family_name', 'last', 'nachname'],
  fullName: [
    ...['name', 'full_name', 'fullname', 'affiliate', 'affiliate_name', 'partner', 'partner_name'],
    ...['promoter', 'promoter_name', 'contact_name'],
  ],
  status: ['state', 'status', 'affiliate_status', 'partner_status', 'promoter_status', 'approval_status'],
  externalId: [
    ...['id', 'external_id', 'affiliate_id', 'imported_id', 'partner_id', 'partner_key', 'promoter_id'],
  ],
  referralSlug: [
    ...['token', 'link_token', 'referral_token', 'via', 'slug', 'referral_slug', 'ref_id', 'cust_ref'],
    ...['referral_code', 'affiliate_code', 'ref', 'fpr', 'tracking_parameter', 'link_key'],
  ],
  slugFromUrl: [
    'link',
    'link_url',
    'url',
    'referral_link',
    'referral_url',
    'affiliate_link',
    'tracking_link',
  ],
  paypalEmail: ['paypal_email', 'paypal', 'paypal_address'],
  wiseEmail: ['wise_email', 'wise'],
  joinedAt: [
    ...[
      'created_at',
      'joined_at',
      'signed_up_at',
      'date',
      'created',
      'joined',
      'signup_date',
      'sign_up_date',
    ],
    ...['date_joined', 'join_date', 'registered_at', 'created_date'],
  ],
  country: ['country', 'country_code'],
  tier: ['tier', 'level'],
  tags: ['tags', 'tag', 'labels'],
  keep: [
    ...[
      'visitors',
      'leads',
      'conversions',
      'clicks',
      'referrals',
      'customers',
      'sales',
      'sign_ups',
      'signups',
    ],
    ...['revenue', 'commissions', 'earnings', 'campaign', 'campaign_name', 'campaign_id', 'group', 'program'],
  ],
};

const FIELD_OF: ReadonlyMap<string, ImportField> = new Map(
  IMPORT_FIELDS.flatMap((field) => (ALIASES[field] ?? []).map((alias) => [columnKey(alias), field] as const)),
);

export interface GuessedColumns {
  /** One per column. */
  readonly fields: readonly ImportField[];
  readonly notes: readonly { readonly code: string; readonly detail: string }[];
}

interface NamedColumn {
  readonly name: string;
  readonly samples: readonly string[];
}

/**
 * Guesses what the columns are: first by what is known of the platform, then by names that are common. Of several columns
 * for one field the first counts.
 *
 * @param shape of the platform that the file seems to come from.
 */
export function guessColumns(columns: readonly NamedColumn[], shape?: SourceShape): GuessedColumns {
  const notes: { code: string; detail: string }[] = [];
  const own = shape === undefined ? new Map<number, ImportField>() : fieldsByShape(columns, shape);
  const taken = new Set<ImportField>(own.values());
  const names = new Set<string>();
  const fields = columns.map(({ name }, index): ImportField => {
    if (names.has(normalizeColumnName(name))) {
      notes.push({
        code: 'column_repeated',
        detail: `There are several columns ${JSON.stringify(name)}. The first one counts unless the mapping says otherwise.`,
      });
      return 'ignore';
    }
    names.add(normalizeColumnName(name));
    const known = own.get(index);
    if (known !== undefined) return known;
    const field = FIELD_OF.get(columnKey(name)) ?? 'ignore';
    if (field === 'ignore' || SHARED_FIELDS.has(field)) return field;
    if (taken.has(field)) return 'ignore';
    taken.add(field);
    return field;
  });
  return { fields: withAddressColumn(columns, withoutSpareName(fields)), notes };
}

/** By place in the file. Of the columns that could be a field, the preferred one is it, and the others are kept. */
function fieldsByShape(
  columns: readonly NamedColumn[],
  shape: SourceShape,
): ReadonlyMap<number, ImportField> {
  const fields = new Map<number, ImportField>();
  const place = (name: string): number =>
    columns.findIndex((column) => columnKey(column.name) === columnKey(name));
  for (const name of shape.keep) if (place(name) !== -1) fields.set(place(name), 'keep');
  for (const [field, names] of Object.entries(shape.fields)) {
    const places = names.map(place).filter((found) => found !== -1);
    const filled = places.filter((found) => (columns[found]?.samples.length ?? 0) > 0);
    const chosen = filled[0] ?? places[0];
    for (const found of filled) if (!fields.has(found)) fields.set(found, 'keep');
    if (chosen !== undefined) fields.set(chosen, field as ImportField);
  }
  return fields;
}

/** A full name beside first and last name would only repeat them. */
function withoutSpareName(fields: readonly ImportField[]): readonly ImportField[] {
  const inParts = fields.includes('firstName') || fields.includes('lastName');
  return fields.map((field) => (field === 'fullName' && inParts ? 'ignore' : field));
}

/** Without a column of that name, the first one that holds nothing but addresses. */
function withAddressColumn(
  columns: readonly { readonly samples: readonly string[] }[],
  fields: readonly ImportField[],
): readonly ImportField[] {
  if (fields.includes('email')) return fields;
  const place = columns.findIndex(
    ({ samples }, index) =>
      (fields[index] === 'ignore' || fields[index] === 'fullName') &&
      samples.length > 0 &&
      samples.every((sample) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(sample)),
  );
  return fields.map((field, index) => (index === place ? 'email' : field));
}
