import { FixedWindow, jsonObject, pathSegments, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest } from '@rekomi/provider-contract';
import { ACCOUNTS } from './klaviyo.emulator-accounts.js';
import {
  authenticationFailed,
  faultAnswer,
  notAuthenticated,
  notFound,
  permissionDenied,
  retired,
  tooMany,
} from './klaviyo.emulator-answers.js';
import type { Operation } from './klaviyo.emulator-model.js';
import { ROUTES, type Route, type Visit } from './klaviyo.emulator-routes.js';
import type { KlaviyoState } from './klaviyo.emulator-state.js';

/** A second and a minute of each tier. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling, 2026-11. */
const TIERS = { XS: [1, 15], S: [3, 60], M: [10, 150], L: [75, 700], XL: [350, 3500] } as const;
const TWO_YEARS_MS = 2 * 365 * 24 * 60 * 60 * 1000;

type Windows = readonly [burst: FixedWindow, steady: FixedWindow];

/** What stands before every endpoint: key, scope, revision, media type, limits. */
export class KlaviyoDoors {
  private windows = new Map<string, Windows>();

  constructor(private readonly state: KlaviyoState) {}

  forget(): void {
    this.windows = new Map();
  }

  enter(request: EmulatedRequest, now: number): Reply<Operation> {
    const key = /^Klaviyo-API-Key (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    if (key === undefined) return notAuthenticated();
    const index = this.state.revoked ? -1 : ACCOUNTS.findIndex(({ keys }) => keys.has(key));
    const config = ACCOUNTS[index];
    if (config === undefined) return authenticationFailed();

    const segments = pathSegments(request);
    const found = segments === undefined ? undefined : routeOf(request.method, segments);
    if (found === undefined) return notFound('resource at this path');
    const { route, parameters } = found;
    const scopes = config.keys.get(key);
    if (scopes !== undefined && route.scopes.some((scope) => !scopes.includes(scope)))
      return permissionDenied();
    const revision = request.headers['revision'];
    const at = Date.parse(revision ?? '');
    if (!Number.isFinite(at)) {
      const detail = 'The header "revision" is missing or no date.';
      return faultAnswer(400, [{ code: 'invalid', title: 'Invalid input.', detail }]);
    }
    const fallsForward = request.headers['x-klaviyo-revision-fall-forward-opt-out'] !== '1';
    if (now - at > TWO_YEARS_MS && !fallsForward) return retired();

    const windows = this.windowsOf(`${index} ${request.method} ${route.path}`, route);
    const waits = windows.map((window) => window.take(now) ?? 0);
    const wait = Math.max(...waits);
    if (wait > 0) return tooMany(wait);

    const hasBody = request.method !== 'GET';
    if (hasBody && !/^application\/(vnd\.api\+)?json\b/.test(request.headers['content-type'] ?? '')) {
      const title = 'Unsupported media type.';
      return faultAnswer(415, [{ code: 'unsupported_media_type', title, detail: title }]);
    }
    const body = hasBody ? jsonObject(request) : {};
    if (body === undefined) {
      const detail = 'The request body is no JSON object.';
      return faultAnswer(400, [{ code: 'invalid', title: 'Invalid input.', detail, pointer: '/' }]);
    }
    const account = this.state.account(index);
    const { query } = request;
    const visit: Visit = {
      config,
      account,
      a: index,
      parameters,
      query,
      body,
      now,
      at: new Date(now).toISOString(),
    };
    const reply = route.answer(visit);
    const [burst] = windows;
    const [perSecond] = TIERS[route.tier];
    return {
      ...reply,
      headers: {
        ...reply.headers,
        'ratelimit-limit': String(perSecond),
        'ratelimit-remaining': String(burst.remaining),
        'ratelimit-reset': '1',
      },
    };
  }

  private windowsOf(key: string, { tier }: Route): Windows {
    const known = this.windows.get(key);
    if (known !== undefined) return known;
    const [perSecond, perMinute] = TIERS[tier];
    const made: Windows = [new FixedWindow(perSecond, 1000), new FixedWindow(perMinute, 60_000)];
    this.windows.set(key, made);
    return made;
  }
}

function routeOf(
  method: string,
  segments: readonly string[],
): { readonly route: Route; readonly parameters: readonly string[] } | undefined {
  for (const route of ROUTES) {
    const parts = route.path.split('/').filter((part) => part !== '');
    if (route.method !== method || parts.length !== segments.length) continue;
    if (!parts.every((part, index) => part === '*' || part === segments[index])) continue;
    return { route, parameters: segments.filter((_, index) => parts[index] === '*') };
  }
  return undefined;
}
