import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../scripts/generate-registry.mjs', import.meta.url));
let root: string;

function run(...args: string[]) {
  return runIn(root, ...args);
}

function runIn(checkout: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--root', checkout, ...args], {
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

function provider(slug: string, name: string, guide = '# Guide\n\n## API key\n'): void {
  const folder = join(root, 'libs/providers', slug);
  mkdirSync(folder, { recursive: true });
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  writeFileSync(
    join(folder, `${slug}.manifest.ts`),
    "export const manifest = { credentials: [{ guideAnchor: 'api-key' }] };\n",
  );
  writeFileSync(join(folder, `${slug}.module.ts`), `export class ${name}Module {}\n`);
  writeFileSync(join(folder, `${slug}.provider.ts`), `export class ${name}Provider {}\n`);
  writeFileSync(join(folder, `${slug}.emulator.ts`), `export const ${camel}Emulator = () => ({});\n`);
  writeFileSync(join(folder, 'guide.md'), guide);
}

const generated = (name: string) =>
  readFileSync(join(root, 'libs/provider-registry/src/generated', name), 'utf8');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'registry-'));
  provider('acme-mail', 'AcmeMail');
  mkdirSync(join(root, 'libs/providers/dist'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('The registry generator', () => {
  it('lists complete folders under derived names, and is then up to date', () => {
    expect(run().status).toBe(0);
    expect(generated('providers.ts')).toContain(
      "import { AcmeMailModule } from '@rekomi/providers/acme-mail/acme-mail.module';",
    );
    expect(generated('providers.ts')).toContain(
      'export const PROVIDER_CLASSES = [\n  AcmeMailProvider,\n] as const;',
    );
    expect(generated('emulators.ts')).toContain("['acme-mail', acmeMailEmulator]");
    expect(run('--check').status).toBe(0);
  });

  it('says so when the committed list is stale', () => {
    run();
    provider('zeta', 'Zeta');
    expect(run('--check')).toMatchObject({ status: 1, said: expect.stringContaining('Stale') });
    expect(generated('providers.ts')).not.toContain('Zeta');
    run();
    expect(run('--check').status).toBe(0);
  });

  it.each([
    'acme-mail.module.ts',
    'acme-mail.provider.ts',
    'acme-mail.emulator.ts',
    'acme-mail.manifest.ts',
    'guide.md',
  ])('does not take a folder without %s', (name) => {
    rmSync(join(root, 'libs/providers/acme-mail', name));
    for (const result of [run(), run('--check')]) {
      expect(result).toMatchObject({
        status: 1,
        said: expect.stringContaining(`incomplete: ${name} missing`),
      });
    }
  });

  it('does not take a guide without the heading that a credential points to', () => {
    provider('acme-mail', 'AcmeMail', '# Guide\n\n## Keys\n');
    expect(run()).toMatchObject({ status: 1, said: expect.stringContaining('#api-key') });
  });

  it('does not take a file that exports another name', () => {
    writeFileSync(join(root, 'libs/providers/acme-mail/acme-mail.provider.ts'), 'export class Acme {}\n');
    expect(run()).toMatchObject({
      status: 1,
      said: expect.stringContaining('must export class AcmeMailProvider'),
    });
  });

  it('finds this repository’s own lists up to date', () => {
    expect(runIn(fileURLToPath(new URL('../../../', import.meta.url)), '--check')).toMatchObject({
      status: 0,
    });
  });
});
