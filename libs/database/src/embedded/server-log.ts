import { readFile, rename, stat } from 'node:fs/promises';

const LARGEST_LOG_BYTES = 10 * 1024 * 1024;

/** Keeps one older log file beside the current one. Called while the server does not run. */
export async function rotateServerLog(file: string): Promise<void> {
  const size = await logSize(file);
  if (size > LARGEST_LOG_BYTES) await rename(file, `${file}.1`);
}

/** Size in bytes, to be able to read only what is written from now on; 0 when there is no file. */
export async function logSize(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  );
}

export async function lastLogLines(file: string, fromByte: number, lines = 12): Promise<string> {
  const text = await readFile(file).catch(() => Buffer.alloc(0));
  return text.subarray(fromByte).toString('utf8').trim().split('\n').slice(-lines).join('\n');
}
