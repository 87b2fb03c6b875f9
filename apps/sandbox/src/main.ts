import { startSandbox } from './sandbox.js';

const { SANDBOX_PORT, SANDBOX_DATA, SANDBOX_DURABLE } = process.env;

const sandbox = await startSandbox({
  port: Number(SANDBOX_PORT ?? 0),
  durable: SANDBOX_DURABLE !== '0',
  ...(SANDBOX_DATA === undefined || SANDBOX_DATA === '' ? {} : { dataFolder: SANDBOX_DATA }),
});
process.stdout.write(`${JSON.stringify({ listening: sandbox.port })}\n`);
process.send?.({ type: 'listening', port: sandbox.port });

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  void sandbox.close().then(() => process.exit(0));
}
process.once('SIGTERM', end);
process.once('SIGINT', end);
process.once('disconnect', end);
