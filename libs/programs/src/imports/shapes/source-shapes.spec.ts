import { FileInspector, type InspectedFile } from '../file-inspector.js';
import { guessColumns } from '../import-columns.js';
import { CsvReader } from '../csv-reader.js';
import { RowReader } from '../import-row.js';
import { readMapping } from '../import-mapping.js';
import { statusKey } from '../status-choices.js';
import { suggestMapping } from '../suggest-mapping.js';
import { recogniseSource, SOURCE_SHAPES } from './source-shapes.js';

/** Invented people, in the columns that each platform's pages name. */
interface Example {
  readonly source: string | undefined;
  readonly what: string;
  readonly file: string;
  /** Of the columns, in the order of the file. */
  readonly fields: string;
  readonly statuses: Readonly<Record<string, string>>;
  readonly dates: string | null;
  /** Of the first row, read by the suggestions alone. */
  readonly first: Readonly<Record<string, unknown>>;
}

const EXAMPLES: readonly Example[] = [
  {
    ...{ source: 'Rewardful', what: 'with states and several counts' },
    file:
      'id,first_name,last_name,email,state,token,campaign,visitors,paypal_email,created_at\n' +
      '5d1f,"Ana ""Nina""",Unknown,ana@example.com,suspicious,ana-nina,Friends,4,pay@example.com,2024-03-18T09:21:44.120Z\n',
    fields: 'externalId firstName lastName email status referralSlug keep keep paypalEmail joinedAt',
    ...{ statuses: { suspicious: 'applied' }, dates: 'iso' },
    // Rewardful's stand-in for a last name is none.
    first: { email: 'ana@example.com', name: { full: 'Ana "Nina"' }, referralSlug: 'ana-nina' },
  },
  {
    ...{ source: 'FirstPromoter', what: 'of version 1, with a byte order mark and semicolons' },
    file:
      '\uFEFFEmail;First Name;Last Name;Cust ID;Ref ID;Status;Created At;PayPal Email\r\n' +
      'ines+fp@example.com;Inês;"d\'Ávila; Neto";user-77;ines-d;approved;2025-11-02;\r\n' +
      'omar@example.com;عمر;;;omar_1;denied;2025-11-03;omar.pay@example.com\r\n',
    fields: 'email firstName lastName externalId referralSlug status joinedAt paypalEmail',
    ...{ statuses: { approved: 'approved', denied: 'rejected' }, dates: 'iso' },
    first: { email: 'ines+fp@example.com', externalId: 'user-77', referralSlug: 'ines-d' },
  },
  {
    ...{ source: 'FirstPromoter', what: 'of version 2, in another order' },
    file:
      'ref_token,state,name,id,cust_id,email,joined_at,country,clicks_count\n' +
      'li-na,accepted,李娜,4711,,li.na@example.com,2026-01-31T12:00:00.000Z,SG,12\n' +
      'zed,inactive,Zed,4712,,zed@example.com,2026-02-01T12:00:00.000Z,,0\n',
    fields: 'referralSlug status fullName externalId ignore email joinedAt country keep',
    ...{ statuses: { accepted: 'approved', inactive: 'applied' }, dates: 'iso' },
    first: { email: 'li.na@example.com', externalId: '4711', country: 'SG' },
  },
  {
    ...{ source: 'Tapfiliate', what: 'with its names run together and a yes or no' },
    file:
      'id;firstname;lastname;email;referral_code;approved;affiliate_group;created_at\n' +
      'janejameson;Jane;O’Brien-Łukasz;jane@example.com;jane;true;Gold;2026-02-03T10:00:00+00:00\n' +
      'bo;Bo;;bo@example.com;bo;;;2026-02-04T10:00:00+00:00\n',
    fields: 'externalId firstName lastName email referralSlug status keep joinedAt',
    ...{ statuses: { true: 'approved', '': 'applied' }, dates: 'iso' },
    first: { email: 'jane@example.com', referralSlug: 'jane', status: 'approved' },
  },
  {
    ...{ source: 'Tapfiliate', what: 'with links instead of codes' },
    file:
      'First Name,Last Name,E-mail,Referral link,Affiliate group,Status\n' +
      'Jane,Roe,jane@example.com,https://shop.example.com/?ref=jane-roe,Gold,archived\n',
    fields: 'firstName lastName email slugFromUrl keep status',
    ...{ statuses: { archived: 'rejected' }, dates: null },
    first: { referralSlug: 'jane-roe', status: 'rejected' },
  },
  {
    ...{ source: 'PartnerStack', what: 'as its import template has it' },
    file:
      'Partner_first,Partner_last,Partner_email,partner_key,Partner_group,Partner_joined_date\n' +
      '"Smith, Jr.",Øyvind,oyvind@example.com,oyvind8341,Default,13/02/2025\n',
    fields: 'firstName lastName email referralSlug keep joinedAt',
    ...{ statuses: {}, dates: 'day_first' },
    first: { email: 'oyvind@example.com', referralSlug: 'oyvind8341' },
  },
  {
    ...{ source: 'PartnerStack', what: 'as its table of partners has it' },
    file:
      'Partner\tOwner Email\tGroup\tSignups\tPaid customers\tRevenue\tLast active\tSigned up\n' +
      'Ngọc Ánh\tanh@example.com\tDefault\t4\t1\t100.00\t2026-03-01\t2025-02-28\n',
    fields: 'fullName email keep keep keep keep keep joinedAt',
    ...{ statuses: {}, dates: 'iso' },
    first: { email: 'anh@example.com' },
  },
  {
    ...{ source: 'Tolt', what: 'in the names of its API' },
    file:
      'id,status,first_name,last_name,company_name,email,country_code,payout_method,created_at\n' +
      'part_yP2D,active,Michael,"St. John ""Mike""",Paper & Co,mike@example.com,US,paypal,2025-08-06T13:46:07.328Z\n' +
      'part_x9,suspended,Eve,Unknown,,eve@example.com,,none,2025-08-07T13:46:07.328Z\n',
    fields: 'externalId status firstName lastName keep email country keep joinedAt',
    ...{ statuses: { active: 'approved', suspended: 'rejected' }, dates: 'iso' },
    first: { externalId: 'part_yP2D', country: 'US', status: 'approved' },
  },
  {
    ...{ source: 'Dub', what: 'with the columns of its export' },
    file:
      'ID,Name,Email,Country,Status,Enrolled at,Payouts enabled at,Clicks,Net Revenue\n' +
      'pn_1K0N,"Žofie ""Zo"" Nováková",zofie@example.com,CZ,approved,2026-01-02T03:04:05.000Z,,7,$1.00\n' +
      'pn_1K0P,Old,old@example.com,,deactivated,2025-01-02T03:04:05.000Z,,0,$0.00\n',
    fields: 'externalId fullName email country status joinedAt keep keep keep',
    ...{ statuses: { approved: 'approved', deactivated: 'rejected' }, dates: 'iso' },
    first: { externalId: 'pn_1K0N', country: 'CZ', status: 'approved' },
  },
  {
    ...{ source: undefined, what: 'of anybody’s own' },
    file: 'E-Mail;Name;Status;Stadt\nada@example.com;Ada;vielleicht;Köln\n',
    fields: 'email fullName status ignore',
    ...{ statuses: {}, dates: null },
    first: { email: 'ada@example.com' },
  },
];

function inspected(content: string): InspectedFile {
  const inspector = new FileInspector();
  inspector.take(Buffer.from(content));
  const end = inspector.end();
  if ('fault' in end) throw new Error(JSON.stringify(end.fault));
  return end.file;
}

const titled = EXAMPLES.map((example) => [`${example.source ?? 'nobody'} ${example.what}`, example] as const);

describe('a list', () => {
  it.each(titled)(
    'from %s is recognised, and its columns, statuses and dates are suggested',
    (_what, one) => {
      const { columns } = inspected(one.file);
      const shape = recogniseSource(columns);
      const { fields } = guessColumns(columns, shape);
      expect(shape?.name).toBe(one.source);
      expect(fields.join(' ')).toBe(one.fields);
      const stored = columns.map((column, index) => ({ ...column, guess: fields[index]! }));
      expect(suggestMapping({ columns: stored, source: shape?.name ?? null })).toEqual({
        statuses: one.statuses,
        dates: one.dates,
      });
    },
  );

  it.each(titled)('from %s is read by the suggestions alone', (_what, one) => {
    const file = inspected(one.file);
    const shape = recogniseSource(file.columns);
    const { fields } = guessColumns(file.columns, shape);
    const stored = file.columns.map((column, index) => ({ ...column, guess: fields[index]! }));
    const suggested = suggestMapping({ columns: stored, source: shape?.name ?? null });
    const mapping = readMapping(
      {
        campaign: 'any',
        ...(fields.includes('status') ? {} : { status: 'applied' as const }),
        statuses: { vielleicht: 'applied', ...suggested.statuses },
        ...(suggested.dates === null ? {} : { dates: suggested.dates }),
      },
      file.columns,
      fields,
      'any',
    );
    if (!mapping.ok) throw new Error(JSON.stringify(mapping.problem));
    const reader = new RowReader({
      mapping: mapping.value,
      columns: file.columns.map(({ name }) => name),
      ...{ source: shape?.name ?? null, fileName: 'list.csv', now: new Date('2026-11-29T00:00:00Z') },
    });
    const csv = new CsvReader(file.dialect.delimiter);
    const [, row] = [...csv.push(one.file.replace('\uFEFF', '')), ...csv.end()];
    expect(reader.read(row!)).toMatchObject({ kind: 'affiliate', value: one.first });
  });

  it('is recognised in any order and spelling of its columns', () => {
    for (const { source, file } of EXAMPLES) {
      const columns = [...inspected(file).columns].reverse();
      const spelt = columns.map((column) => ({
        ...column,
        name: column.name.toUpperCase().replace(/_/g, '-'),
      }));
      expect(recogniseSource(columns)?.name).toBe(source);
      expect(recogniseSource(spelt)?.name).toBe(source);
    }
  });
});

it('every shape says what is not certain about it', () => {
  for (const { caveat } of SOURCE_SHAPES) expect(caveat).toMatch(/^\S.+\.$/);
});

it('every status of a shape is written as statuses are looked up', () => {
  for (const { statuses } of SOURCE_SHAPES) {
    for (const status of Object.keys(statuses)) expect(statusKey(status)).toBe(status);
  }
});
