import { FixedWindow, jsonAnswer, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest } from '@rekomi/provider-contract';
import { NARROW_KEY, WORKSPACES, type Operation } from './braze.emulator-model.js';
import { ROUTES, type Route } from './braze.emulator-routes.js';
import type { BrazeState } from './braze.emulator-state.js';

const MAXIMUM_BYTES = 4 * 1024 * 1024;
const NARROW: readonly string[] = ['users.track'];
/** Requests in so many milliseconds. */
const ALLOWANCES: Readonly<Record<Route['allowance'], readonly [requests: number, perMs: number]>> = {
  track: [3000, 3000],
  exports: [250, 60_000],
  groups: [5000, 60_000],
  others: [250_000, 3_600_000],
};

/** What stands before every endpoint: key and instance, permission, size, limits. */
export class BrazeDoors {
  private windows = new Map<string, FixedWindow>();

  constructor(private readonly state: BrazeState) {}

  forget(): void {
    this.windows = new Map();
  }

  enter(request: EmulatedRequest, now: number): Reply<Operation> {
    const key = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    // A good key means nothing to another instance.
    const w = WORKSPACES.findIndex(
      (one, index) => one.host === request.host && (one.key === key || (index === 0 && key === NARROW_KEY)),
    );
    if (w < 0 || this.state.revoked) return jsonAnswer(401, { message: 'Invalid API Key' });
    const route = ROUTES.find(({ method, path }) => method === request.method && path === request.rawPath);
    if (route === undefined) return jsonAnswer(404, { message: 'Invalid URL' });
    if (key === NARROW_KEY && !NARROW.includes(route.permission)) {
      return jsonAnswer(401, { message: 'Access Denied' });
    }
    const [requests, perMs] = ALLOWANCES[route.allowance];
    const name = `${w} ${route.allowance}`;
    const window = this.windows.get(name) ?? new FixedWindow(requests, perMs);
    this.windows.set(name, window);
    const wait = window.take(now);
    if (wait !== undefined) {
      const seconds = String(Math.max(1, Math.ceil(wait / 1000)));
      return jsonAnswer(429, { message: 'Rate limit exceeded' }, { 'x-ratelimit-retry-after': seconds });
    }
    if (Buffer.byteLength(request.body, 'utf8') > MAXIMUM_BYTES) {
      return jsonAnswer(413, { message: 'Payload Too Large' });
    }
    const reply = route.answer({ workspace: this.state.workspace(w), w, request, now });
    const headers = {
      'x-ratelimit-limit': String(requests),
      'x-ratelimit-remaining': String(window.remaining),
      'x-ratelimit-reset': String(Math.ceil((now + perMs) / 1000)),
    };
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }
}
