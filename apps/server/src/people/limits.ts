/** Tries of one client address, over all accounts: a whole office may sit behind one. */
export const SIGN_IN_LIMIT = { perMinute: 10, burst: 30 } as const;
/** Links that are asked for or used. */
export const LINK_LIMIT = { perMinute: 10, burst: 20 } as const;
