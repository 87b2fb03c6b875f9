import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const HERE = join(process.cwd(), 'apps', 'sandbox', 'src');

/** The sandbox as a process of its own, to be killed. */
export class SandboxProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly printed: () => string,
  ) {}

  static async start(dataFolder: string): Promise<SandboxProcess> {
    const loader = join(process.cwd(), 'scripts', 'source-loader.mjs');
    const child = spawn(
      process.execPath,
      ['--conditions=rekomi-source', '--import', loader, join(HERE, 'main.ts')],
      {
        env: { PATH: process.env['PATH'], SANDBOX_DATA: dataFolder },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    let printed = '';
    let complaints = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message: { type: string; port: number }) => resolve(message.port));
      child.once('exit', () => reject(new Error(`The sandbox ended before it listened:\n${complaints}`)));
    });
    return new SandboxProcess(child, `http://127.0.0.1:${port}`, () => printed);
  }

  async kill(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** @returns The exit code. */
  async end(how: 'SIGTERM' | 'SIGINT' | 'disconnect'): Promise<unknown> {
    const gone = once(this.child, 'exit');
    const read = this.child.stdout === null ? undefined : once(this.child.stdout, 'close');
    if (how === 'disconnect') this.child.disconnect();
    else this.child.kill(how);
    const [code] = (await gone) as [number | null];
    await read;
    return code;
  }
}
