import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { firstOwnerLink } from './console-link.js';
import { claimDataFolder } from './data-folder.js';
import { embeddedDatabase, externalDatabase } from './database.js';
import type { RunningDatabase } from './database.js';
import { seedOnce } from './demo.js';
import type { DemoKey } from './demo.js';
import type { LauncherOptions } from './options.js';
import { choosePorts, USUAL_PORTS } from './ports.js';
import type { Ports } from './ports.js';
import type { Program } from './child-process.js';
import type { Programs } from './programs.js';
import { RestartPolicy } from './restart-policy.js';
import { takeDataFolder } from './running-launcher.js';
import { runToEnd } from './run-to-end.js';
import { StopRequest } from './stop-request.js';
import { SupervisedProgram } from './supervised-program.js';
import { welcomeText } from './welcome.js';
import type { Welcome } from './welcome.js';

export interface LaunchContext {
  readonly options: LauncherOptions;
  readonly programs: Programs;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  /** Ports to try first; overridden by tests. */
  readonly usualPorts?: Ports;
}

const SERVER_GRACE_MS = 5_000;
const SANDBOX_GRACE_MS = 2_000;

/**
 * Runs the product until a signal or a failure that restarting does not cure.
 * @returns exit code: 0 after Ctrl-C, 1 when the product could not be kept running
 * @throws LauncherProblem or EmbeddedPostgresError when it cannot be started
 */
export async function launch(context: LaunchContext, stopRequest = new StopRequest()): Promise<number> {
  const { options, print } = context;
  const run = new Run(context, stopRequest);
  await claimDataFolder(options.dataFolder);
  const giveBack = await takeDataFolder(options.dataFolder);
  stopRequest.listen();
  try {
    await run.start();
    await stopRequest.requested;
    if (run.failure === null) print('Stopping ...');
  } catch (err) {
    if (!stopRequest.signal.aborted) throw err;
  } finally {
    await run.stop();
    stopRequest.close();
    await giveBack();
  }
  print(run.failure ?? 'Stopped. Nothing is left running; the data are kept.');
  return run.failure === null ? 0 : 1;
}

/** One run of the product: its parts, in the order in which they are to be stopped. */
class Run {
  failure: string | null = null;
  private readonly startedAt = performance.now();
  private readonly logFolder: string;
  private database: RunningDatabase | null = null;
  private sandbox: SupervisedProgram | null = null;
  private server: SupervisedProgram | null = null;

  constructor(
    private readonly context: LaunchContext,
    private readonly stopRequest: StopRequest,
  ) {
    stopRequest.forced.addEventListener('abort', () => this.force());
    this.logFolder = path.join(context.options.dataFolder, 'logs');
  }

  async start(): Promise<void> {
    const { options, print, usualPorts = USUAL_PORTS } = this.context;
    const { signal } = this.stopRequest;
    await mkdir(this.logFolder, { recursive: true, mode: 0o700 });
    const ports = await choosePorts(
      options.dataFolder,
      { api: options.apiPort, sandbox: options.sandboxPort },
      usualPorts,
    );
    this.database = options.database
      ? externalDatabase(options.database)
      : await embeddedDatabase(options.dataFolder, print, (reason) => this.fail(`postgres: ${reason}`));
    signal.throwIfAborted();
    const sandboxUrl = options.withSandbox ? `http://localhost:${ports.sandbox}` : null;
    await Promise.all([this.startSandbox(ports.sandbox), this.migrate(this.database)]);
    const serverEnv = this.serverEnvironment(this.database, ports, sandboxUrl);
    this.server = this.supervise(this.program('server', serverEnv), (lines) =>
      this.fail(`The server keeps failing and was not started again.\n${lines}`),
    );
    await this.server.start(signal);
    const demoKey = await this.seed(serverEnv, ports);
    const args = ['first-owner'];
    const ownerLink = await firstOwnerLink(this.job({ ...this.program('account', serverEnv), args }));
    print(this.welcome(ports, { sandboxUrl, demoKey, ownerLink }));
  }

  /** In the order server, sandbox, database: nobody loses what it still needs. */
  async stop(): Promise<void> {
    await this.server?.stop(SERVER_GRACE_MS);
    await this.sandbox?.stop(SANDBOX_GRACE_MS);
    await this.database?.stop();
  }

  private fail(reason: string): void {
    this.failure = reason;
    this.stopRequest.press();
  }

  private force(): void {
    this.context.print('Stopping by force.');
    this.server?.kill();
    this.sandbox?.kill();
  }

  private async startSandbox(port: number): Promise<void> {
    const { options } = this.context;
    if (!options.withSandbox) return;
    const env = {
      ...this.childEnvironment(),
      SANDBOX_PORT: String(port),
      SANDBOX_DATA: path.join(options.dataFolder, 'sandbox'),
    };
    this.sandbox = this.supervise(this.program('sandbox', env), () => undefined);
    await this.sandbox.start(this.stopRequest.signal);
  }

  private async migrate(database: RunningDatabase): Promise<void> {
    const env = {
      ...this.childEnvironment(),
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
    };
    await runToEnd(this.job(this.program('migrate', env)));
  }

  private seed(serverEnv: NodeJS.ProcessEnv, ports: Ports): Promise<DemoKey> {
    const { options } = this.context;
    const args = options.empty ? ['--empty'] : [];
    const env = { ...serverEnv, API_URL: `http://localhost:${ports.api}` };
    return seedOnce(options.dataFolder, this.job({ ...this.program('seed', env), args }));
  }

  private serverEnvironment(
    database: RunningDatabase,
    ports: Ports,
    sandboxUrl: string | null,
  ): NodeJS.ProcessEnv {
    const { options } = this.context;
    return {
      ...this.childEnvironment(),
      DATABASE_URL: database.appUrl,
      ROLE: 'all',
      PORT: String(ports.api),
      REKOMI_DATA: options.dataFolder,
      ...(sandboxUrl === null ? {} : { SANDBOX_URL: sandboxUrl }),
    };
  }

  /** Without what only some children may know: the owner's login is for migrations alone. */
  private childEnvironment(): NodeJS.ProcessEnv {
    const { DATABASE_URL, DATABASE_OWNER_URL, SANDBOX_URL, ...rest } = this.context.env;
    return rest;
  }

  private program(
    name: 'server' | 'sandbox' | 'migrate' | 'seed' | 'account',
    env: NodeJS.ProcessEnv,
  ): Program {
    return { name, file: this.context.programs[name], env };
  }

  private job(program: Program): Parameters<typeof runToEnd>[0] {
    const { signal } = this.stopRequest;
    return { program, guard: this.context.programs.guard, logFile: this.logFile(program.name), signal };
  }

  private supervise(program: Program, onGivenUp: (lastLines: string) => void): SupervisedProgram {
    const { print, programs } = this.context;
    const policy = new RestartPolicy();
    return new SupervisedProgram({
      ...{ program, policy, print, onGivenUp },
      guard: programs.guard,
      logFile: this.logFile(program.name),
    });
  }

  private logFile(name: string): string {
    return path.join(this.logFolder, `${name}.log`);
  }

  private welcome(ports: Ports, known: Pick<Welcome, 'sandboxUrl' | 'demoKey' | 'ownerLink'>): string {
    const embedded = this.database?.embedded ?? null;
    const pids: (readonly [string, number | undefined])[] = [
      ['launcher', process.pid],
      ['server', this.server?.pid],
    ];
    if (this.sandbox) pids.push(['sandbox', this.sandbox.pid]);
    return welcomeText({
      ...{ ...known, pids },
      apiUrl: `http://localhost:${ports.api}`,
      dataFolder: this.context.options.dataFolder,
      logFolder: this.logFolder,
      embeddedDatabase:
        embedded && `embedded PostgreSQL ${embedded.version}, port ${embedded.port}, log ${embedded.logFile}`,
      seconds: (performance.now() - this.startedAt) / 1000,
    });
  }
}
