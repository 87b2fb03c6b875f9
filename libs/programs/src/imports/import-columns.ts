/** What a column of a file may be. `keep` stores the column with the affiliate; nothing of it is sent anywhere. */
export const IMPORT_FIELDS = [
  'email',
  'firstName',
  'lastName',
  'fullName',
  'status',
  'externalId',
  'referralSlug',
  'slugFromUrl',
  'paypalEmail',
  'wiseEmail',
  'joinedAt',
  'country',
  'tier',
  'tags',
  'keep',
  'ignore',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Fields that several columns may have. */
export const SHARED_FIELDS: ReadonlySet<ImportField> = new Set(['keep', 'ignore', 'tags']);

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
  IMPORT_FIELDS.flatMap((field) => (ALIASES[field] ?? []).map((alias) => [alias, field] as const)),
);

/** Letter case, blanks, hyphens, underscores and dots do not matter in a column's name, and neither do accents. */
export function normalizeColumnName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .trim()
    .replace(/[\s\-_.]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

export interface GuessedColumns {
  /** One per column. */
  readonly fields: readonly ImportField[];
  readonly notes: readonly { readonly code: string; readonly detail: string }[];
}

/** Guesses what the columns are. Of several columns for one field the first counts. */
export function guessColumns(
  columns: readonly { readonly name: string; readonly samples: readonly string[] }[],
): GuessedColumns {
  const notes: { code: string; detail: string }[] = [];
  const taken = new Set<ImportField>();
  const names = new Set<string>();
  const fields = columns.map(({ name }): ImportField => {
    const key = normalizeColumnName(name);
    if (names.has(key)) {
      notes.push({
        code: 'column_repeated',
        detail: `There are several columns ${JSON.stringify(name)}. The first one counts unless the mapping says otherwise.`,
      });
      return 'ignore';
    }
    names.add(key);
    const field = FIELD_OF.get(key) ?? 'ignore';
    if (field === 'ignore' || SHARED_FIELDS.has(field)) return field;
    if (taken.has(field)) return 'ignore';
    taken.add(field);
    return field;
  });
  return { fields: withAddressColumn(columns, withoutSpareName(fields)), notes };
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

/** The platform a file seems to come from; of others nothing is known that would tell. */
export function detectSource(columns: readonly { readonly name: string }[]): string | undefined {
  const names = new Set(columns.map(({ name }) => normalizeColumnName(name)));
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.has(name));
  if (has('cust_ref') || has('ref_id')) return 'FirstPromoter';
  if (has('referral_code')) return 'Tapfiliate';
  if (has('partner_key')) return 'PartnerStack';
  if (has('token') && (has('first_name') || has('paypal_email') || has('wise_email') || has('state'))) {
    return 'Rewardful';
  }
  return undefined;
}

export const STATUS_CHOICES = ['approved', 'applied', 'rejected', 'skip'] as const;
export type StatusChoice = (typeof STATUS_CHOICES)[number];

const SUGGESTED: Readonly<Record<string, StatusChoice>> = {
  active: 'approved',
  approved: 'approved',
  accepted: 'approved',
  enabled: 'approved',
  confirmed: 'approved',
  disabled: 'rejected',
  rejected: 'rejected',
  declined: 'rejected',
  denied: 'rejected',
  banned: 'rejected',
  blocked: 'rejected',
  suspicious: 'applied',
  pending: 'applied',
  unconfirmed: 'applied',
  inactive: 'applied',
  invited: 'applied',
  '': 'applied',
};

export function statusKey(value: string): string {
  return value.trim().toLowerCase();
}

/** What a status elsewhere most likely means here; undefined when nobody could know. */
export function suggestStatus(value: string): StatusChoice | undefined {
  return SUGGESTED[statusKey(value)];
}
