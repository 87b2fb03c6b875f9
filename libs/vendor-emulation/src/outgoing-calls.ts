import { request as httpRequest } from 'node:http';

import type { OutgoingRequest, OutgoingResult } from '@rekomi/provider-contract';

import type { EmulatedVendor } from './emulated-vendor.js';

/** How often the emulators are asked whether something is due. */
const EVERY_MS = 200;
const LONGEST_ANSWER = 1024 * 1024;

/**
 * Sends what emulated vendors send by themselves, to this machine only: a sandbox with made-up people in it has no
 * business elsewhere.
 */
export class OutgoingCalls {
  private readonly timer: NodeJS.Timeout;
  private readonly ending = new AbortController();

  constructor(private readonly vendors: () => Iterable<EmulatedVendor>) {
    this.timer = setInterval(() => this.sendDue(), EVERY_MS);
    this.timer.unref();
  }

  sendDue(): void {
    if (this.ending.signal.aborted) return;
    for (const vendor of this.vendors()) {
      for (const due of vendor.emulator.outbox?.take() ?? []) void this.deliver(vendor, due);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.ending.abort();
  }

  private async deliver(vendor: EmulatedVendor, due: OutgoingRequest): Promise<void> {
    const result = await sent(due, this.ending.signal);
    // Without a result it comes again after the next start.
    if (this.ending.signal.aborted) return;
    vendor.emulator.outbox?.settle(due.id, result);
    await vendor.journal.flushed();
    this.sendDue();
  }
}

/** Redirects are not followed, and nothing is added to the headers but what HTTP itself needs. */
function sent(due: OutgoingRequest, ending: AbortSignal): Promise<OutgoingResult> {
  const url = URL.canParse(due.url) ? new URL(due.url) : undefined;
  if (url?.protocol !== 'http:' || !isLoopback(url.hostname)) {
    const reason =
      'the sandbox sends to http:// addresses of this machine only (localhost, 127.0.0.1, [::1])';
    return Promise.resolve({ kind: 'unanswered', reason });
  }
  return new Promise((resolve) => {
    const unanswered = (err: Error): void =>
      resolve({
        kind: 'unanswered',
        reason: err.name === 'TimeoutError' ? `no answer in ${due.timeoutMs} ms` : err.message,
      });
    const signal = AbortSignal.any([ending, AbortSignal.timeout(due.timeoutMs)]);
    try {
      const headers = { ...due.headers, 'Content-Length': Buffer.byteLength(due.body) };
      const request = httpRequest(url, { method: due.method, headers, signal, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          if (body.length < LONGEST_ANSWER) body += text;
        });
        response.on('end', () => resolve({ kind: 'answered', status: response.statusCode ?? 0, body }));
        response.on('error', (err) => unanswered(signal.aborted ? (signal.reason as Error) : err));
      });
      request.on('error', (err) => unanswered(signal.aborted ? (signal.reason as Error) : err));
      request.end(due.body);
    } catch (err) {
      // Headers that no HTTP message can carry: a template put a line break into one.
      unanswered(err instanceof Error ? err : new Error(String(err)));
    }
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
