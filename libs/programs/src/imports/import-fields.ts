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
