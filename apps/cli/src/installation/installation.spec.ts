import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findInstallation, requireApiKey } from './installation.js';

describe('the installation', () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), 'rekomi-cli-'));
    mkdirSync(path.join(project, '.rekomi'));
  });

  afterEach(() => rmSync(project, { recursive: true }));

  const started = (): void => {
    writeFileSync(path.join(project, '.rekomi/ports.json'), '{"api":3007,"sandbox":4017}');
    writeFileSync(path.join(project, '.rekomi/demo-api-key'), 'rk_test_file\n');
  };

  it('is the one that npm start left here', () => {
    started();
    expect(findInstallation({}, undefined, project)).toMatchObject({
      url: 'http://127.0.0.1:3007',
      apiKey: 'rk_test_file',
      sandboxUrl: 'http://127.0.0.1:4017',
    });
  });

  it('is the one that --url names, then the one of the environment', () => {
    started();
    const env = { REKOMI_URL: 'http://localhost:5000/v1/', REKOMI_API_KEY: 'rk_live_env' };
    expect(findInstallation(env, undefined, project)).toMatchObject({
      url: 'http://localhost:5000',
      apiKey: 'rk_live_env',
    });
    expect(findInstallation(env, 'https://sync.example.com/', project).url).toBe('https://sync.example.com');
  });

  it('on another machine never gets the key of this one', () => {
    started();
    const found = findInstallation({}, 'https://sync.example.com', project);
    expect(found.apiKey).toBeUndefined();
    expect(() => requireApiKey(found)).toThrow(/no API key/);
  });

  it('has an address with a protocol', () => {
    expect(() => findInstallation({}, 'localhost:3000', project)).toThrow(/not an address/);
  });
});
