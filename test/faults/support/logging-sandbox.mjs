// The sandbox as a process of its own that also logs what each vendor applied, item by item. The log is only ever added to
// and is on the disk before the vendor answers; it outlives every kill. It knows more than the vendors' own journals, never
// less: a line is written before the journal's is.
//
// arguments: slugs. Environment: SANDBOX_PORT, SANDBOX_DATA as for the sandbox; APPLIED_LOG, a file; VENDOR_MS, `low-high`:
// how long a vendor takes before, and again after, it applies a request.
import { closeSync, existsSync, fdatasync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { EMULATORS } from '@rekomi/provider-registry/emulators';
import { startSandbox } from '@rekomi/vendor-emulation';

const MARK = /\bc\d+n\d+[se]\b/g;
const { SANDBOX_PORT = '0', SANDBOX_DATA, APPLIED_LOG, VENDOR_MS = '0-0' } = process.env;
const [low, high] = VENDOR_MS.split('-').map(Number);

/** Lines so far. Half a line at the end was never answered, and is taken away. */
function linesIn(file) {
  if (!existsSync(file)) return 0;
  const text = readFileSync(file);
  const whole = text.lastIndexOf(10) + 1;
  if (whole < text.length) truncateSync(file, whole);
  return text.subarray(0, whole).reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0);
}

let number = linesIn(APPLIED_LOG);
const log = openSync(APPLIED_LOG, 'a', 0o600);

function write(line) {
  number += 1;
  writeSync(log, `${JSON.stringify({ number, at: Date.now(), ...line })}\n`);
}

function onDisk() {
  return new Promise((resolve, reject) => {
    fdatasync(log, (err) => (err === null ? resolve() : reject(err)));
  });
}

function logged(slug, factory) {
  return (options) => {
    let kept = [];
    const journal = {
      replay: () => options.journal.replay(),
      append(entry) {
        kept.push(JSON.stringify(entry));
        options.journal.append(entry);
      },
    };
    const emulator = factory({ ...options, journal });
    return {
      slug: emulator.slug,
      hosts: emulator.hosts,
      probe: emulator.probe,
      outbox: emulator.outbox,
      control: (...call) => emulator.control(...call),
      async handle(request) {
        await slowly();
        kept = [];
        const answer = emulator.handle(request);
        if (answer instanceof Promise)
          throw new Error(`${slug} applies later: its items cannot be told apart.`);
        // In the same breath as the change itself, so that the log's order is the vendor's.
        const stored = new Set(kept.join('\n').match(MARK) ?? []);
        const items = (request.body.match(MARK) ?? []).filter((mark) => stored.has(mark));
        if (items.length > 0) {
          write({ vendor: slug, status: answer.status, path: request.rawPath, items });
          await onDisk();
        }
        await slowly();
        return answer;
      },
    };
  };
}

function slowly() {
  return high > 0 ? pause(low + Math.random() * (high - low)) : undefined;
}

write({ started: true });
const slugs = process.argv.slice(2);
const sandbox = await startSandbox({
  port: Number(SANDBOX_PORT),
  dataFolder: SANDBOX_DATA,
  factories: Object.fromEntries(slugs.map((slug) => [slug, logged(slug, EMULATORS.get(slug))])),
});

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  void sandbox.close().then(() => {
    closeSync(log);
    process.exit(0);
  });
}
for (const name of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(name, end);
process.send?.({ type: 'listening', port: sandbox.port });
