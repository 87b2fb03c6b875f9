import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { LogFile } from './log-file.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rekomi-log-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a log file', () => {
  it('continues where the last start ended', async () => {
    const file = path.join(folder, 'server.log');
    for (const line of ['first start', 'second start']) {
      const log = new LogFile(file);
      log.append(line);
      log.close();
    }
    expect(await readFile(file, 'utf8')).toBe('first start\nsecond start\n');
  });

  it('keeps one older file when it is full, and loses no line in between', async () => {
    const file = path.join(folder, 'server.log');
    const log = new LogFile(file, 30);
    for (let number = 10; number < 16; number += 1) log.append(`line number ${number}`);
    log.close();
    expect(await readFile(`${file}.1`, 'utf8')).toMatch(/^line number 1\d\n/);
    const kept = (await readFile(`${file}.1`, 'utf8')) + (await readFile(file, 'utf8'));
    expect(kept.trim().split('\n').slice(-3)).toEqual(['line number 13', 'line number 14', 'line number 15']);
  });
});
