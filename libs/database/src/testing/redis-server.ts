import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAMS = ['valkey-server', 'redis-server'];
const STARTS_WITHIN_MS = 15_000;

/** The first that is installed; undefined where neither is. */
export function installedRedis(): string | undefined {
  return PROGRAMS.find((program) => spawnSync(program, ['--version']).status === 0);
}

/** A Redis or Valkey of a test's own, on loopback, keeping nothing. */
export class RedisServer {
  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly port: number,
    private child: ChildProcess,
  ) {}

  static async start(): Promise<RedisServer> {
    const program = installedRedis();
    if (program === undefined)
      throw new Error(`Neither ${PROGRAMS.join(' nor ')} is installed: apt-get install redis-server.`);
    const folder = await mkdtemp(path.join(tmpdir(), 'rekomi-redis-'));
    const port = await freePort();
    return new RedisServer(program, folder, port, await launch(program, folder, port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Without any chance to tidy up. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  /** Forgets everything, and goes on. */
  async flush(): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    const answered = once(socket, 'data') as Promise<[Buffer]>;
    socket.write('FLUSHALL\r\n');
    const [answer] = await answered;
    socket.destroy();
    if (!answer.toString().startsWith('+OK')) throw new Error(`FLUSHALL was answered ${answer.toString()}`);
  }

  /** On the same port as before, empty. */
  async startAgain(): Promise<void> {
    this.child = await launch(this.program, this.folder, this.port);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function launch(program: string, folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(
    program,
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/ready to accept connections/i.test(line)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it was ready.`)));
    setTimeout(() => reject(new Error(`${program} was not ready in time.`)), STARTS_WITHIN_MS).unref();
  });
  try {
    await ready;
  } catch (err) {
    child.kill('SIGKILL');
    throw err;
  }
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
