import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses, control, putPerson } from './testing/vendor-client.js';
import { SandboxProcess } from './testing/sandbox-process.js';

describe('the sandbox as a process', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekomi-sandbox-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has everything it ever answered after it was killed in the middle, twice', async () => {
    const answered: string[] = [];
    let sandbox = await SandboxProcess.start(folder);
    await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0 });
    for (let round = 0; round < 2; round += 1) {
      const current = sandbox;
      let cut = 0;
      const writers = Array.from({ length: 20 }, async (_, writer) => {
        for (let index = 0; ; index += 1) {
          const email = `r${round}w${writer}i${index}@example.com`;
          const ok = await putPerson(current, email).then(
            (answer) => answer.ok,
            () => false,
          );
          if (!ok) break;
          answered.push(email);
        }
        cut += 1;
      });
      const enough = answered.length + 100;
      while (answered.length < enough) await new Promise(setImmediate);
      await sandbox.kill();
      await Promise.all(writers);
      expect(cut).toBe(20);
      appendFileSync(join(folder, 'customer-io.ndjson'), '{"k":"op","a":17');
      sandbox = await SandboxProcess.start(folder);
    }
    const there = new Set(await addresses(sandbox));
    expect(answered.filter((email) => !there.has(email))).toEqual([]);
    expect(there.size).toBeGreaterThanOrEqual(answered.length);
    await sandbox.kill();
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)('ends with success on %s', async (how) => {
    const sandbox = await SandboxProcess.start(folder);
    const { port } = new URL(sandbox.url);
    expect(await sandbox.end(how)).toBe(0);
    expect(sandbox.printed()).toBe(`{"listening":${port}}\n`);
  });
});
