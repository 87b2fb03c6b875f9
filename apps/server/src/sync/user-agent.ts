/** How this product names itself to vendors and endpoints. */
export const USER_AGENT = 'Rekomi-CRM-Sync/0.1';
