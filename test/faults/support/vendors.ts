/** How a campaign connects an emulated vendor and reads back what it holds. */
export interface FaultVendor {
  readonly slug: string;
  readonly dedupes: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** By the vendor's own rules, as its guide says, nobody leaves an audience by what we take back. */
  readonly audiencesStay: boolean;
  /** The vendor's names of what is compared in the end. */
  readonly fields: {
    readonly firstName: string;
    readonly lastName: string;
    readonly status: string;
    readonly tier: string;
  };
}

/** Single and bulk calls, with and without an id by which repeats are dropped. */
export const FAULT_VENDORS: readonly FaultVendor[] = [
  {
    slug: 'customer-io',
    dedupes: true,
    audiencesStay: false,
    settings: { createdAt: 'always' },
    fields: { firstName: 'first_name', lastName: 'last_name', status: 'rekomi_status', tier: 'rekomi_tier' },
  },
  {
    slug: 'iterable',
    dedupes: true,
    audiencesStay: false,
    settings: {},
    fields: { firstName: 'firstName', lastName: 'lastName', status: 'rekomi_status', tier: 'rekomi_tier' },
  },
  {
    slug: 'mailchimp',
    dedupes: false,
    audiencesStay: true,
    settings: { newPeople: 'subscribed' },
    fields: { firstName: 'FNAME', lastName: 'LNAME', status: 'rekomi_status', tier: 'rekomi_tier' },
  },
];

/** Bulk calls without ids. Its own allowance of looks (four a second) sets the pace: for campaigns that have the time. */
export const BRAZE: FaultVendor = {
  slug: 'braze',
  dedupes: false,
  audiencesStay: true,
  settings: {},
  fields: { firstName: 'first_name', lastName: 'last_name', status: 'rekomi_status', tier: 'rekomi_tier' },
};
