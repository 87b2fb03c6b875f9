import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { claimDataFolder, emptyDataFolder } from './data-folder.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rekomi-data-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('may be a fresh volume', async () => {
    await mkdir(path.join(folder, 'lost+found'));
    await claimDataFolder(folder);
    await claimDataFolder(folder);
    await writeFile(path.join(folder, 'demo-api-key'), 'key');
    await emptyDataFolder(folder);
    expect(await readdir(folder)).toEqual(['lost+found']);
  });

  it('is not emptied when it was never ours', async () => {
    await writeFile(path.join(folder, 'holiday.jpg'), '');
    await emptyDataFolder(folder);
    expect(await readdir(folder)).toEqual(['holiday.jpg']);
  });
});
