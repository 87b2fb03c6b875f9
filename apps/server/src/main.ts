import 'reflect-metadata';

import { ConfigurationError } from './config/configuration-error.js';
import { readSettings } from './config/read-settings.js';
import { serverSettings, type ServerSettings } from './config/settings.js';
import { createLogger } from './logging/create-logger.js';
import { startServer } from './server.js';
import { explainStartFailure } from './start-failure.js';

const SHUTDOWN_MS = 10_000;

async function main(settings: ServerSettings): Promise<void> {
  const logger = createLogger(settings.LOG_LEVEL);
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'An error that nothing caught ends this process.');
    process.exit(1);
  });
  const server = await startServer(settings, logger).catch((err: unknown) => {
    const explanation = explainStartFailure(err);
    if (explanation === undefined) logger.fatal({ err }, 'The server could not start.');
    else logger.fatal(explanation);
    return process.exit(1);
  });

  const end = (reason: string): void => {
    logger.info({ reason }, 'shutting down');
    // The timer holds nothing up: it only ends a shutdown that hangs.
    setTimeout(() => {
      logger.error(
        'The shutdown took too long and was cut off. Unfinished work is taken up by the next start.',
      );
      process.exit(1);
    }, SHUTDOWN_MS).unref();
    server.close().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (err: unknown) => {
        logger.error({ err }, 'The shutdown failed.');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end(signal));
  process.once('disconnect', () => end('the parent process is gone'));
  process.send?.({ type: 'listening', port: server.port });
}

try {
  await main(readSettings(serverSettings, process.env));
} catch (err) {
  if (!(err instanceof ConfigurationError)) throw err;
  process.stderr.write(`${err.message}\n`);
  process.exit(1);
}
