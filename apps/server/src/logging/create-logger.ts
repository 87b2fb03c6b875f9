import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

import { redact } from './redaction.js';

const DEBUG = 20;

/**
 * JSON lines on standard output, readable ones when it is a terminal. Everything logged passes through
 * {@link redact}; e-mail addresses stay only in lines of level debug and below.
 */
export function createLogger(level: Level, destination: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are plain objects by the time serialisers see them.
      serializers: { err: (err: unknown) => err },
      hooks: {
        logMethod(args, method, lineLevel) {
          const clean = args.map((arg: unknown) => redact(arg, { addresses: lineLevel > DEBUG }));
          method.apply(this, clean as typeof args);
        },
      },
    },
    destination,
  );
}

function standardOutput(): DestinationStream {
  if (process.stdout.isTTY) return PinoPretty({ ignore: 'pid', sync: true });
  // Lines must not be lost when the process ends, and the log is modest: write at once.
  return pino.destination({ dest: 1, sync: true });
}
