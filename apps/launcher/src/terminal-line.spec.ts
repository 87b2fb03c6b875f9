import { terminalLine } from './terminal-line.js';

const record = (level: number, rest: object): string => JSON.stringify({ level, time: 1, ...rest });

describe('what a child’s log line becomes on the terminal', () => {
  it.each([
    ['an ordinary record', 'stdout', record(30, { msg: 'listening' }), null],
    ['a warning', 'stdout', record(40, { msg: 'slow' }), 'server WARN: slow'],
    [
      'an error with its cause',
      'stdout',
      record(50, { msg: 'failed', err: { message: 'no route' } }),
      'server ERROR: failed: no route',
    ],
    [
      'the same text twice',
      'stdout',
      record(50, { msg: 'no route', err: { message: 'no route' } }),
      'server ERROR: no route',
    ],
    ['a fatal record without text', 'stdout', '{"level":60}', 'server FATAL: {"level":60}'],
    ['plain text on stdout', 'stdout', 'hello', null],
    ['plain text on stderr', 'stderr', 'Segmentation fault', 'server: Segmentation fault'],
    ['an empty line on stderr', 'stderr', ' ', null],
    ['something that only looks like a record', 'stderr', '{oops', 'server: {oops'],
  ] as const)('%s', (_name, source, line, shown) => {
    expect(terminalLine('server', source, line)).toBe(shown);
  });
});
