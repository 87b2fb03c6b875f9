import { AUDIENCE_CASES } from './cases/audience-cases.js';
import { BEFORE_US_CASES } from './cases/before-us-cases.js';
import { BULK_CASES } from './cases/bulk-cases.js';
import { CONSENT_CASES } from './cases/consent-cases.js';
import { CONTACT_CASES } from './cases/contact-cases.js';
import { ENCODING_CASES } from './cases/encoding-cases.js';
import { EVENT_CASES } from './cases/event-cases.js';
import { FIELD_CASES } from './cases/field-cases.js';
import { GOLDEN_CASES } from './cases/golden-cases.js';
import { HOSTILE_CASES } from './cases/hostile-cases.js';
import { MANIFEST_CASES } from './cases/manifest-cases.js';
import { MOVED_CONSENT_CASES } from './cases/moved-consent-cases.js';
import { RECEIPT_CASES } from './cases/receipt-cases.js';
import { TAG_CASES } from './cases/tag-cases.js';
import { TAKING_BACK_CASES } from './cases/taking-back-cases.js';
import { VERIFICATION_CASES } from './cases/verification-cases.js';
import type { ConformanceCase } from './conformance-case.js';

/** Every case but the watched ones, in the order in which reports tell them. */
export const ALL_CASES: readonly ConformanceCase[] = [
  ...MANIFEST_CASES,
  ...VERIFICATION_CASES,
  ...AUDIENCE_CASES,
  ...CONTACT_CASES,
  ...FIELD_CASES,
  ...TAG_CASES,
  ...CONSENT_CASES,
  ...MOVED_CONSENT_CASES,
  ...EVENT_CASES,
  ...BULK_CASES,
  ...ENCODING_CASES,
  ...TAKING_BACK_CASES,
  ...RECEIPT_CASES,
  ...BEFORE_US_CASES,
  ...HOSTILE_CASES,
  ...GOLDEN_CASES,
];
