import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('../../..', import.meta.url));
/** What an author who follows the guide has written in the end, for a vendor that does not exist. */
const filled = fileURLToPath(new URL('./testing/acme-mail', import.meta.url));
let parent: string;

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'guide-'));
});
afterAll(() => rmSync(parent, { recursive: true }));

function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(home, 'scripts', script), ...args], {
    cwd: home,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

const made = () => join(parent, 'acme-mail');

// The steps of docs/adding-a-provider.md, one after the other.
describe('who follows the guide for authors', () => {
  it('has a folder after one command, which writes over nothing', () => {
    const wanted = ['--name', 'Acme Mail', '--host', 'api.acme-mail.example', '--folder', parent];
    expect(run('new-provider.mjs', ...wanted)).toMatchObject({ status: 0 });
    expect(readdirSync(made()).sort()).toEqual([
      'acme-mail.answers.ts',
      'acme-mail.emulator.ts',
      'acme-mail.manifest.ts',
      'acme-mail.mapping.ts',
      'acme-mail.module.ts',
      'acme-mail.provider.ts',
      'acme-mail.spec.ts',
      'guide.md',
      'logo.svg',
    ]);
    expect(run('new-provider.mjs', ...wanted)).toMatchObject({
      status: 2,
      said: expect.stringContaining('exists already'),
    });
  });

  it('is told by the suite, at once, which pieces are still to be written and where to read about them', () => {
    const { status, said } = run('conformance.mjs', made());
    expect(status).toBe(1);
    for (const piece of ['verify', 'listAudiences', 'upsertContact'])
      expect(said).toContain(`${piece} of Acme Mail is not written yet: see docs/adding-a-provider.md`);
  }, 60_000);

  it('passes the suite once they are written', () => {
    cpSync(filled, made(), { recursive: true });
    expect(run('conformance.mjs', made())).toMatchObject({
      status: 0,
      said: expect.not.stringContaining('failed\n'),
    });
  }, 120_000);
});
