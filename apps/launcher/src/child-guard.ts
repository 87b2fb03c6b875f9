/**
 * Loaded into every child before its own code (`node --import`): a child must not outlive its launcher, however the
 * launcher ended. The broken IPC channel is the sign; it asks for the same graceful end as SIGTERM.
 */
const GRACE_MS = 8_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
});
// The listener above must not keep a child alive that has finished its work.
process.channel?.unref();

export {};
