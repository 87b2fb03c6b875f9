import { startSandbox } from './every-vendor.js';

const { SANDBOX_PORT, SANDBOX_DATA, SANDBOX_DURABLE } = process.env;

const sandbox = await startSandbox({
  port: Number(SANDBOX_PORT ?? 0),
  durable: SANDBOX_DURABLE !== '0',
  ...(SANDBOX_DATA === undefined || SANDBOX_DATA === '' ? {} : { dataFolder: SANDBOX_DATA }),
});

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  void sandbox.close().then(() => process.exit(0));
}
// Before anybody hears that it listens: whoever hears it may end it at once.
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('disconnect', end);

process.stdout.write(`${JSON.stringify({ listening: sandbox.port })}\n`);
process.send?.({ type: 'listening', port: sandbox.port });
