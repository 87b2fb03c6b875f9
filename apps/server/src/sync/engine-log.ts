import { Logger } from '@nestjs/common';
import type { EngineLog } from '@rekomi/sync';

const logger = new Logger('SyncEngine');

/** What the engine has to say, in the server's log. */
export const engineLog: EngineLog = {
  warn: (message, facts) => logger.warn({ msg: message, ...facts }),
  error: (message, err, facts) => logger.error({ msg: message, err, ...facts }),
};
