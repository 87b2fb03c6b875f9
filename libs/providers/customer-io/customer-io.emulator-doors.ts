import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';
import {
  answered,
  appError,
  movedTrack,
  trackError,
  UNAUTHORIZED_TRACK,
} from './customer-io.emulator-answers.js';
import { appApi } from './customer-io.emulator-app.js';
import { EMULATED_HOSTS, hostOf, type EmulatedHost } from './customer-io.emulator-model.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import { trackV1 } from './customer-io.emulator-track-v1.js';
import { trackV2 } from './customer-io.emulator-track-v2.js';
import { SlidingWindow } from './customer-io.emulator-window.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

const UNAUTHORIZED_APP = appError(401, 'unauthorized');
const KEPT_AUTHORIZATIONS = 1000;

interface Windows {
  readonly track: SlidingWindow;
  readonly app: SlidingWindow;
}

/** The vendor's front doors: which credentials open which workspace on which host, and how often in a second. */
export class EmulatedDoors {
  private readonly hosts = new Map(EMULATED_HOSTS.map((host) => [host.name, host] as const));
  /** Header and door → workspace. Emptied whenever keys or workspaces change. */
  private readonly known = new Map<string, EmulatedWorkspace | undefined>();
  private readonly windows = new WeakMap<EmulatedWorkspace, Windows>();

  constructor(private readonly state: EmulatorState) {}

  /** Keys or workspaces may have changed. */
  refresh(): void {
    this.known.clear();
  }

  enter(request: EmulatedRequest, now: number): EmulatedAnswer {
    const host = this.hosts.get(request.host);
    if (host === undefined) return trackError(404, 'not found');
    const segments = request.rawPath.split('/');
    return host.door === 'track'
      ? this.track(host, request, segments, now)
      : this.app(host, request, segments, now);
  }

  private track(
    host: EmulatedHost,
    request: EmulatedRequest,
    segments: readonly string[],
    now: number,
  ): EmulatedAnswer {
    const workspace = this.authorized(host, request.headers['authorization']);
    if (workspace === undefined) return UNAUTHORIZED_TRACK;
    if (!this.windowsOf(workspace).track.take(now)) return trackError(429, 'too many requests');
    const [, api, version, ...path] = segments;
    if (api !== 'api') return trackError(404, 'not found');
    // The one call that tells the truth on either host.
    if (version === 'v1' && path.join('/') === 'accounts/region' && request.method === 'GET') {
      const { region, id } = workspace.config;
      return answered(200, { url: `https://${hostOf('track', region)}`, region, environment_id: id });
    }
    if (workspace.config.region !== host.region) {
      // The pages say that the US host sends EU writes on and that the EU host fails US writes, and no more.
      if (host.region === 'eu') return UNAUTHORIZED_TRACK;
      if (workspace.config.wrongRegion === 'redirect')
        return movedTrack(elsewhere('track', workspace, request));
    }
    if (version === 'v1') return trackV1(this.state, workspace, request, path);
    return version === 'v2' ? trackV2(this.state, workspace, request, path) : trackError(404, 'not found');
  }

  private app(
    host: EmulatedHost,
    request: EmulatedRequest,
    segments: readonly string[],
    now: number,
  ): EmulatedAnswer {
    const workspace = this.authorized(host, request.headers['authorization']);
    if (workspace === undefined) return UNAUTHORIZED_APP;
    if (workspace.config.region !== host.region) {
      // Recorded for an EU key on the US host (customerio-node issue 134); assumed to hold the other way round.
      return appError(301, 'wrong datacenter', { location: elsewhere('app', workspace, request) });
    }
    if (!this.windowsOf(workspace).app.take(now)) return appError(429, 'too many requests');
    const [, version, ...path] = segments;
    return version === 'v1' ? appApi(this.state, workspace, request, path) : appError(404, 'not found');
  }

  private windowsOf(workspace: EmulatedWorkspace): Windows {
    const { trackPerSecond, appPerSecond } = this.state.settings;
    const present = this.windows.get(workspace);
    if (present?.track.limit === trackPerSecond && present.app.limit === appPerSecond) return present;
    const fresh = { track: new SlidingWindow(trackPerSecond), app: new SlidingWindow(appPerSecond) };
    this.windows.set(workspace, fresh);
    return fresh;
  }

  private authorized(host: EmulatedHost, header: string | undefined): EmulatedWorkspace | undefined {
    const key = `${host.door} ${header ?? ''}`;
    if (this.known.has(key)) return this.known.get(key);
    const workspace = [...this.state.workspaces.values()].find(({ config }) =>
      host.door === 'track'
        ? config.trackApiKeys.some((secret) => header === basic(config.siteId, secret))
        : config.appApiKeys.some((secret) => header === `Bearer ${secret}`),
    );
    if (this.known.size >= KEPT_AUTHORIZATIONS) this.known.clear();
    this.known.set(key, workspace);
    return workspace;
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

function elsewhere(
  door: EmulatedHost['door'],
  workspace: EmulatedWorkspace,
  request: EmulatedRequest,
): string {
  const query = request.query.toString();
  return `https://${hostOf(door, workspace.config.region)}${request.rawPath}${query === '' ? '' : `?${query}`}`;
}
