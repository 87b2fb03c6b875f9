/** Sending, per client address: a class or an office behind one address may apply at once, a program may not. */
export const APPLICATION_LIMIT = { perMinute: 20, burst: 40 };

/** Looking, per client address. */
export const PAGE_LIMIT = { perMinute: 240, burst: 240 };
