import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EmulatedAnswer, EmulatorFactory, VendorEmulator } from '@rekomi/provider-contract';
import { answerControl } from './control-calls.js';
import type { EmulatedVendor } from './emulated-vendor.js';
import { actOut, send } from './fault-effects.js';
import { FaultRules } from './fault-rules.js';
import { FileJournal } from './journal-file.js';
import type { SandboxJournal } from './journal.js';
import { MemoryJournal } from './journal-memory.js';
import { OutgoingCalls } from './outgoing-calls.js';
import { readBody } from './request-body.js';

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Where the journals are; without it nothing outlives the process. */
  readonly dataFolder?: string;
  /** Whether an answer waits for the disk (default), or only for the operating system. */
  readonly durable?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** From 0 to 1, for faults with a probability. */
  readonly random?: () => number;
  /** By slug. */
  readonly factories: Readonly<Record<string, EmulatorFactory>>;
}

export interface Sandbox {
  readonly port: number;
  /** `http://127.0.0.1:PORT`; a vendor's host name comes as the first segment of the path. */
  readonly url: string;
  readonly faults: FaultRules;
  /** @throws Error when no vendor has that slug. */
  emulator(slug: string): VendorEmulator;
  close(): Promise<void>;
}

/**
 * Starts the emulated vendors on one port of the loopback interface.
 *
 * Plain `node:http`, because every benchmark of the product runs against it: it takes about a tenth more requests
 * than Fastify and there are no routes to declare; the emulators read their own paths.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const faults = new FaultRules(now, options.random ?? Math.random);
  const vendors = new Map<string, EmulatedVendor>();
  const byHost = new Map<string, EmulatedVendor>();
  for (const [slug, factory] of Object.entries(options.factories)) {
    const vendor = openVendor(slug, factory, options, now);
    vendors.set(slug, vendor);
    for (const host of vendor.emulator.hosts) byHost.set(host, vendor);
  }

  const outgoing = new OutgoingCalls(() => vendors.values());
  let closed = false;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
    const slash = path.indexOf('/', 1);
    const host = slash < 0 ? path.slice(1) : path.slice(1, slash);
    const body = await readBody(request);
    if (body === undefined) return send(response, { status: 413, body: '' });
    const vendor = byHost.get(host) ?? byHost.get(`*${host.slice(host.indexOf('.'))}`);
    if (vendor === undefined) {
      return send(
        response,
        await answerControl({ method: request.method ?? 'GET', path, query, body }, vendors, faults),
      );
    }
    const rawPath = slash < 0 ? '/' : path.slice(slash);
    const method = request.method ?? 'GET';
    // The only header that Node hands out as a list is one of answers.
    const headers = request.headers as Record<string, string>;
    const emulated = { method, host, rawPath, query, headers, body };
    const apply = async (): Promise<EmulatedAnswer> => {
      if (closed) return { status: 503, body: '' };
      const answer = await vendor.emulator.handle(emulated);
      const stored = vendor.journal.flushed();
      if (stored !== undefined) await stored;
      return answer;
    };
    const fault = faults.take(
      { slug: vendor.emulator.slug, host, method, path: rawPath },
      headers['x-sandbox-fault'],
      { body },
    );
    if (fault === undefined) return send(response, await apply());
    return actOut(fault, { request: emulated, response, probe: vendor.emulator.probe, apply, now });
  };

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response).catch((err: unknown) => {
      process.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
      response.destroy();
    });
  });
  const port = await listen(server, options.port ?? 0);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    faults,
    emulator(slug) {
      const vendor = vendors.get(slug);
      if (vendor === undefined) throw new Error(`No emulated vendor is called ${slug}`);
      return vendor.emulator;
    },
    async close() {
      closed = true;
      outgoing.close();
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await ended;
      for (const { journal } of vendors.values()) await journal.close();
    },
  };
}

function openVendor(
  slug: string,
  factory: EmulatorFactory,
  options: SandboxOptions,
  now: () => number,
): EmulatedVendor {
  const journal = openJournal(slug, options);
  const emulator = factory({ now, journal });
  const snapshot = emulator.control('GET', 'snapshot', new URLSearchParams(), undefined) as
    { readonly entries: Iterable<unknown> } | undefined;
  // Rewriting also takes away half a line left by a killed process.
  journal.compact(snapshot?.entries ?? journal.replay());
  return { emulator, journal };
}

function openJournal(slug: string, options: SandboxOptions): SandboxJournal {
  if (options.dataFolder === undefined) return new MemoryJournal();
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  return new FileJournal(join(options.dataFolder, `${slug}.ndjson`), options.durable ?? true);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
