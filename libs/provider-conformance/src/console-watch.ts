import type { Watch } from './watch.js';

const CHANNELS = ['debug', 'log', 'info', 'warn', 'error'] as const;

/** Listens to the console of the process while the suite runs. @returns what ends it. */
export function watchConsole(watch: Watch, console_: Console = globalThis.console): () => void {
  const originals = CHANNELS.map((channel) => {
    const original: (...values: unknown[]) => void = console_[channel].bind(console_);
    return [channel, original] as const;
  });
  for (const [channel, original] of originals) {
    console_[channel] = (...values: unknown[]): void => {
      watch.inspect(values.map(asText).join(' '), `the console (${channel})`, 'the run');
      original(...values);
    };
  }
  return () => {
    for (const [channel, original] of originals) console_[channel] = original;
  };
}

function asText(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
