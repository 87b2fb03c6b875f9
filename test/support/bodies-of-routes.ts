import type { FurnishedOrganization } from './furnished-organization.js';
import { SANDBOX_KEYS } from './programme.js';

type Bodies = (theirs: FurnishedOrganization, mine: FurnishedOrganization) => readonly unknown[];

const PLAN = { name: 'Taken over', currency: 'USD', components: [{ percent: 1 }] };
const credentials = {
  ...{ provider: 'customer-io', environment: 'sandbox', credentials: SANDBOX_KEYS.us },
};

/** By operation: bodies that would be good if the ids in the address were one's own. */
export const GOOD_BODIES: Readonly<Record<string, unknown>> = {
  changeMemberRole: { role: 'manager' },
  updateApiKey: { name: 'Taken over' },
  updateConnection: { label: 'Taken over' },
  createAudience: { name: 'Taken over' },
  updateCampaign: { name: 'Taken over' },
  decideMatching: { decision: 'approved', expected: 1 },
  putDestination: { extraTags: ['taken-over'] },
  updateDestination: { extraTags: ['taken-over'] },
  putAudienceTiers: {
    connectionId: '01a10000-0000-7000-8000-000000000000',
    tiers: [{ audience: { id: '2' }, tier: 'taken over' }],
  },
  putApplicationForm: {
    fields: [{ key: 'email', type: 'email', label: 'Taken over', required: true }],
  },
  putConnectionEventRules: { mode: 'chosen', chosen: [] },
  putDestinationEventRules: { mode: 'chosen', chosen: [] },
  updateAffiliate: { name: 'Taken Over' },
  setStripeAccount: { stripeAccountId: 'acct_1TakenOver' },
  updateEventType: { description: 'Taken over' },
  replaceCommissionPlan: PLAN,
  assignCommissionPlan: { commissionPlanId: null },
  mapImport: { campaign: 'bystander', status: 'applied' },
  extendInvite: { expiresInDays: 30 },
  liftSuppression: { reason: 'Taken over' },
  updateWebhookEndpoint: { description: 'Taken over' },
  startReconciliation: { sampleSize: 5 },
  chooseFirstSync: { mode: 'first_ten' },
  repairReconciliation: { audiences: true },
  replayWebhooks: { since: '2026-01-01T00:00:00Z' },
};

const decided: Bodies = (theirs) => [{ affiliateIds: [theirs.affiliate.id] }];
const decidedIn: Bodies = (theirs) => [{ campaign: theirs.campaign.id }, { campaign: theirs.campaign.slug }];
const inCampaign =
  (body: (campaign: string) => unknown): Bodies =>
  ({ campaign }) => [body(campaign.id), body(campaign.slug)];

/** By operation: bodies that name something of another organisation, for addresses of one's own. */
export const NAMING_BODIES: Readonly<Record<string, Bodies>> = {
  switchOrganization: (theirs) => [{ organizationId: theirs.id }],
  createCampaign: (theirs) => [
    { name: 'Taken over', destinations: [{ connectionId: theirs.connection.id }] },
  ],
  createAffiliate: inCampaign((campaign) => ({ email: 'mine@example.com', campaign })),
  createAffiliates: inCampaign((campaign) => ({ affiliates: [{ email: 'mine@example.com' }], campaign })),
  approveAffiliates: decided,
  rejectAffiliates: decided,
  unapproveAffiliates: decided,
  archiveAffiliates: decided,
  restoreAffiliates: decided,
  approveAffiliate: decidedIn,
  rejectAffiliate: decidedIn,
  unapproveAffiliate: decidedIn,
  archiveAffiliate: decidedIn,
  restoreAffiliate: decidedIn,
  recordEvent: (theirs, mine) => [
    { affiliateId: theirs.affiliate.id, name: 'taken_over' },
    { email: theirs.affiliate.email, name: 'taken_over' },
    { externalAffiliateId: 'treasure-7', name: 'taken_over' },
    { affiliateId: mine.affiliate.id, campaign: theirs.campaign.id, name: 'taken_over' },
  ],
  recordEvents: (theirs) => [
    { events: [{ affiliateId: theirs.affiliate.id, name: 'taken_over' }] },
    { events: [{ email: theirs.affiliate.email, name: 'taken_over' }] },
  ],
  putAudienceTiers: (theirs) => [
    { connectionId: theirs.connection.id, tiers: [{ audience: { id: '2' }, tier: 'taken over' }] },
  ],
  assignCommissionPlan: (theirs) => [{ commissionPlanId: theirs.ids['commission-plans'] }],
  mapImport: inCampaign((campaign) => ({ campaign, status: 'applied' })),
  createReplay: (theirs) => [{ filter: { connections: [theirs.connection.id] } }],
  retryDeadLetters: (theirs) => [{ deliveryIds: [theirs.ids['deliveries']] }],
  discardDeadLetters: (theirs) => [{ deliveryIds: [theirs.ids['deliveries']], note: 'Taken over' }],
  createInvite: inCampaign((campaign) => ({ campaign, email: 'mine@example.com' })),
  createInvites: inCampaign((campaign) => ({ campaign, invites: [{ email: 'mine@example.com' }] })),
};

/** By operation: what an organisation does to itself, naming nothing of anybody else; signing out comes last. */
export const OWN_BODIES: Readonly<Record<string, (mine: FurnishedOrganization) => unknown>> = {
  updateMe: () => ({ name: 'Another Name' }),
  updateOrganization: () => ({ name: 'Another Ltd' }),
  createMemberInvitation: () => ({ email: 'another@example.com', role: 'viewer' }),
  createApiKey: () => ({ name: 'Another', environment: 'test', scope: 'read' }),
  verifyCredentials: () => credentials,
  createConnection: () => ({ ...credentials, label: 'Another' }),
  createEventType: () => ({ name: 'another_type' }),
  createCommissionPlan: () => ({ ...PLAN, name: 'Another' }),
  createInboundSource: () => ({ kind: 'conversions', name: 'Another' }),
  createWebhookEndpoint: () => ({
    url: 'https://hooks.example.com/another',
    eventTypes: ['nothing_of_this'],
  }),
  uploadImport: () => undefined,
  markNoticesRead: () => undefined,
  updateNoticeMails: () => ({ byMail: false }),
  suppressAddresses: () => ({ emails: ['treasure@example.com', 'invited-treasure@example.com'] }),
  changePassword: ({ person }) => ({
    currentPassword: person.password,
    newPassword: 'nine yellow bicycles',
  }),
  endOtherSessions: () => undefined,
  deleteSession: () => undefined,
};

/** Routes that are open to everybody belong to no organisation; what leads into one is tried by a test of its own. */
export const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  createSession: 'signs in by address and password, wherever that person belongs',
  requestPasswordReset: 'answers everybody the same',
  completePasswordReset: 'leads in by a token that is proof by itself',
  acceptMemberInvitation: 'leads in by a token, for one address',
  getPublicForm: 'is shown to everybody by the slugs in its address',
  submitApplication: 'is sent by strangers to the slugs in its address',
  recordConversion: 'is signed with the secret of the source in its address',
  recordRefund: 'is signed with the secret of the source in its address',
  takeStripeEvent: 'is signed with the secret of the source in its address',
};
