import type { Role } from './role.js';

export interface Permission {
  /** Least role of a signed-in person. */
  readonly role: Role;
  /** May API keys call it? What they may change follows from their scope. */
  readonly apiKeys: boolean;
}

const KEYS = { apiKeys: true } as const;
const PEOPLE = { apiKeys: false } as const;

/**
 * Who may do what: every operation of the API by its operationId, which is the name of its controller method. An
 * operation without a row can be called by nobody, and a test fails.
 *
 * Reading is for viewers, the day-to-day work on affiliates for managers, what decides about all of them (campaigns,
 * connections, keys) for admins, the organisation itself for owners.
 */
export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  getSession: { role: 'viewer', ...PEOPLE },
  deleteSession: { role: 'viewer', ...PEOPLE },
  switchOrganization: { role: 'viewer', ...PEOPLE },
  listSessions: { role: 'viewer', ...PEOPLE },
  endSession: { role: 'viewer', ...PEOPLE },
  endOtherSessions: { role: 'viewer', ...PEOPLE },
  updateMe: { role: 'viewer', ...PEOPLE },
  changePassword: { role: 'viewer', ...PEOPLE },

  listMembers: { role: 'viewer', ...KEYS },
  changeMemberRole: { role: 'admin', ...PEOPLE },
  removeMember: { role: 'admin', ...PEOPLE },
  listMemberInvitations: { role: 'admin', ...KEYS },
  createMemberInvitation: { role: 'admin', ...PEOPLE },
  revokeMemberInvitation: { role: 'admin', ...PEOPLE },
  getOrganization: { role: 'viewer', ...KEYS },
  updateOrganization: { role: 'owner', ...PEOPLE },

  listProviders: { role: 'viewer', ...KEYS },
  getProvider: { role: 'viewer', ...KEYS },
  getProviderGuide: { role: 'viewer', ...KEYS },

  listConnections: { role: 'viewer', ...KEYS },
  getConnection: { role: 'viewer', ...KEYS },
  getConnectionTotals: { role: 'viewer', ...KEYS },
  createConnection: { role: 'admin', ...KEYS },
  updateConnection: { role: 'admin', ...KEYS },
  verifyConnection: { role: 'admin', ...KEYS },
  verifyCredentials: { role: 'admin', ...KEYS },
  pauseConnection: { role: 'admin', ...KEYS },
  resumeConnection: { role: 'admin', ...KEYS },
  disconnectConnection: { role: 'admin', ...KEYS },
  listAudiences: { role: 'viewer', ...KEYS },
  createAudience: { role: 'admin', ...KEYS },

  listDeliveries: { role: 'viewer', ...KEYS },
  getDelivery: { role: 'viewer', ...KEYS },
  listAttempts: { role: 'viewer', ...KEYS },
  getAffiliateTimeline: { role: 'viewer', ...KEYS },

  listCampaigns: { role: 'viewer', ...KEYS },
  getCampaign: { role: 'viewer', ...KEYS },
  createCampaign: { role: 'admin', ...KEYS },
  updateCampaign: { role: 'admin', ...KEYS },
  archiveCampaign: { role: 'admin', ...KEYS },
  restoreCampaign: { role: 'admin', ...KEYS },
  decideMatching: { role: 'manager', ...KEYS },
  runAutoApproval: { role: 'manager', ...KEYS },
  listDestinations: { role: 'viewer', ...KEYS },
  getDestination: { role: 'viewer', ...KEYS },
  updateDestination: { role: 'admin', ...KEYS },
  putDestination: { role: 'admin', ...KEYS },
  deleteDestination: { role: 'admin', ...KEYS },
  getAudienceTiers: { role: 'viewer', ...KEYS },
  putAudienceTiers: { role: 'admin', ...KEYS },
  deleteAudienceTiers: { role: 'admin', ...KEYS },

  getApplicationForm: { role: 'viewer', ...KEYS },
  putApplicationForm: { role: 'admin', ...KEYS },
  listApplications: { role: 'viewer', ...KEYS },
  exportApplications: { role: 'viewer', ...KEYS },
  getApplication: { role: 'viewer', ...KEYS },

  listAffiliates: { role: 'viewer', ...KEYS },
  downloadAffiliates: { role: 'viewer', ...KEYS },
  getAffiliate: { role: 'viewer', ...KEYS },
  createAffiliate: { role: 'manager', ...KEYS },
  createAffiliates: { role: 'manager', ...KEYS },
  updateAffiliate: { role: 'manager', ...KEYS },
  approveAffiliate: { role: 'manager', ...KEYS },
  approveAffiliates: { role: 'manager', ...KEYS },
  rejectAffiliate: { role: 'manager', ...KEYS },
  rejectAffiliates: { role: 'manager', ...KEYS },
  unapproveAffiliate: { role: 'manager', ...KEYS },
  unapproveAffiliates: { role: 'manager', ...KEYS },
  archiveAffiliate: { role: 'manager', ...KEYS },
  archiveAffiliates: { role: 'manager', ...KEYS },
  restoreAffiliate: { role: 'manager', ...KEYS },
  restoreAffiliates: { role: 'manager', ...KEYS },

  listInvites: { role: 'viewer', ...KEYS },
  getInvite: { role: 'viewer', ...KEYS },
  // Whoever has a link can accept in the person's name.
  getInviteLink: { role: 'manager', ...KEYS },
  downloadInvites: { role: 'manager', ...KEYS },
  createInvite: { role: 'manager', ...KEYS },
  createInvites: { role: 'manager', ...KEYS },
  revokeInvite: { role: 'manager', ...KEYS },
  extendInvite: { role: 'manager', ...KEYS },
  listSuppressions: { role: 'viewer', ...KEYS },
  downloadSuppressions: { role: 'viewer', ...KEYS },
  suppressAddresses: { role: 'manager', ...KEYS },
  liftSuppression: { role: 'manager', ...KEYS },

  listImports: { role: 'viewer', ...KEYS },
  getImport: { role: 'viewer', ...KEYS },
  listImportIssues: { role: 'viewer', ...KEYS },
  downloadImportErrors: { role: 'viewer', ...KEYS },
  uploadImport: { role: 'manager', ...KEYS },
  mapImport: { role: 'manager', ...KEYS },
  checkImport: { role: 'manager', ...KEYS },
  startImport: { role: 'manager', ...KEYS },
  cancelImport: { role: 'manager', ...KEYS },
  deleteImport: { role: 'manager', ...KEYS },

  listEvents: { role: 'viewer', ...KEYS },
  recordEvent: { role: 'manager', ...KEYS },
  recordEvents: { role: 'manager', ...KEYS },
  listAllEvents: { role: 'viewer', ...KEYS },
  getEvent: { role: 'viewer', ...KEYS },
  listEventTypes: { role: 'viewer', ...KEYS },
  createEventType: { role: 'admin', ...KEYS },
  updateEventType: { role: 'admin', ...KEYS },
  deleteEventType: { role: 'admin', ...KEYS },
  getConnectionEventRules: { role: 'viewer', ...KEYS },
  putConnectionEventRules: { role: 'admin', ...KEYS },
  getDestinationEventRules: { role: 'viewer', ...KEYS },
  putDestinationEventRules: { role: 'admin', ...KEYS },
  resetDestinationEventRules: { role: 'admin', ...KEYS },

  listCommissionPlans: { role: 'viewer', ...KEYS },
  getCommissionPlan: { role: 'viewer', ...KEYS },
  createCommissionPlan: { role: 'admin', ...KEYS },
  replaceCommissionPlan: { role: 'admin', ...KEYS },
  assignCommissionPlan: { role: 'admin', ...KEYS },
  listConversions: { role: 'viewer', ...KEYS },
  getConversion: { role: 'viewer', ...KEYS },
  listPayouts: { role: 'viewer', ...KEYS },
  setStripeAccount: { role: 'manager', ...KEYS },
  listInboundSources: { role: 'admin', ...KEYS },
  createInboundSource: { role: 'admin', ...KEYS },
  rotateInboundSecret: { role: 'admin', ...KEYS },
  revokeInboundSource: { role: 'admin', ...KEYS },

  listWebhookEndpoints: { role: 'viewer', ...KEYS },
  getWebhookEndpoint: { role: 'viewer', ...KEYS },
  getWebhookEndpointTotals: { role: 'viewer', ...KEYS },
  listWebhookDeliveries: { role: 'viewer', ...KEYS },
  createWebhookEndpoint: { role: 'admin', ...KEYS },
  updateWebhookEndpoint: { role: 'admin', ...KEYS },
  deleteWebhookEndpoint: { role: 'admin', ...KEYS },
  rotateWebhookSecret: { role: 'admin', ...KEYS },
  enableWebhookEndpoint: { role: 'admin', ...KEYS },
  disableWebhookEndpoint: { role: 'admin', ...KEYS },
  testWebhookEndpoint: { role: 'admin', ...KEYS },
  replayWebhooks: { role: 'admin', ...KEYS },
  replayWebhookDelivery: { role: 'admin', ...KEYS },
  listNotices: { role: 'viewer', ...KEYS },

  // A key that could make keys would survive being revoked.
  listApiKeys: { role: 'admin', apiKeys: false },
  getApiKey: { role: 'admin', apiKeys: false },
  createApiKey: { role: 'admin', apiKeys: false },
  updateApiKey: { role: 'admin', apiKeys: false },
  rotateApiKey: { role: 'admin', apiKeys: false },
  revokeApiKey: { role: 'admin', apiKeys: false },

  listAuditEntries: { role: 'admin', ...KEYS },
  downloadAuditEntries: { role: 'admin', ...KEYS },
  listMails: { role: 'viewer', ...KEYS },
};
