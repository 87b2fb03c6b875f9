import type {
  EmulatedContact,
  EmulatedRequest,
  EmulatorFactory,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { FixedWindow, jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import {
  answerLists,
  answerUser,
  changeMembers,
  createList,
  nextListId,
  trackEvent,
  renameUser,
  updateUser,
  type Call,
} from './iterable.emulator-calls.js';
import {
  CHANNELS,
  Project,
  type ListRecord,
  type Operation,
  type ProjectConfig,
} from './iterable.emulator-project.js';

/** One project in each data centre; the second takes only fields that it knows. */
const PROJECTS: readonly ProjectConfig[] = [
  {
    ...{ name: 'Acme Europe', region: 'eu', number: 20_001, drops: false },
    ...{ key: 'e0e0e0e0ac0e00005a0db00000000001', readOnlyKey: 'e0e0e0e0ac0e00005a0db00000000002' },
  },
  {
    ...{ name: 'Acme US', region: 'us', number: 10_001, drops: true },
    ...{ key: 'a5a5a5a5ac0e00005a0db00000000001', readOnlyKey: 'a5a5a5a5ac0e00005a0db00000000002' },
  },
];
const HOSTS = { us: 'api.iterable.com', eu: 'api.eu.iterable.com' } as const;
const DEMO_LISTS: readonly (readonly [name: string, type: ListRecord['listType']])[] = [
  ['Affiliates', 'Standard'],
  ['Newsletter readers', 'Standard'],
  ['US buyers', 'Dynamic'],
  ['Never mail', 'Suppression'],
  ['Seed list', 'Internal'],
];

/** Requests a second, per project and endpoint. Those without a published figure get a generous one. */
const PER_SECOND: Readonly<Record<string, number>> = {
  'GET /api/lists': 100,
  'GET /api/channels': 100,
  'GET /api/users/getByEmail': 100,
  'POST /api/users/update': 500,
  'POST /api/events/track': 2000,
};
const UNPUBLISHED_PER_SECOND = 200;

export const iterableEmulator: EmulatorFactory = (options) => new IterableEmulator(options).restored();

/** Iterable as its reference describes it: 200 for everything but the worst, and the truth in the body. */
class IterableEmulator extends VendorEmulation<Operation> {
  readonly slug = 'iterable';
  readonly hosts = Object.values(HOSTS);
  readonly probe: EmulatorProbe = {
    accounts: PROJECTS.map(({ key, region }) => ({ credentials: { apiKey: key }, region })),
    consents: ['unsubscribed', 'suppressed'],
    seed: (contact) => this.seed(contact),
    contact: (email) => this.shown(email),
    count: () => this.first.people.size,
    audiences: () =>
      [...this.first.lists.values()].flatMap(({ id, name, listType }) =>
        listType === 'Standard' ? [{ id: String(id), name }] : [],
      ),
    addAudience: (name) => this.addList(this.first, name, 'Standard'),
    removeAudience: (id) =>
      this.commit({ project: this.first.config.key, kind: 'list_gone', id: Number(id) }),
    revoke: (revoked) => void (this.revoked = revoked),
    settle: () => undefined,
    writes: () => this.writeCount,
    reset: () => {
      this.forget();
      this.start();
      this.fill();
    },
  };
  private projects: Project[] = [];
  private windows = new Map<string, FixedWindow>();
  private revoked = false;

  override restored(): this {
    this.start();
    super.restored();
    if (this.first.lists.size === 0) this.fill();
    return this;
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const [api, area, part, ...more] = pathSegments(request) ?? [];
    const path = `/${[api, area, part].filter((one) => one !== undefined).join('/')}`;
    const { project, readOnly } = this.projectOf(request);
    if (project === undefined) return badKey('Invalid API key', path, {});
    if (readOnly && request.method !== 'GET') {
      const params = { apiKeyIdentifier: 'reader', apiKeyType: 'ReadOnly' };
      return badKey('Disabled API key or insufficient privileges', path, params);
    }
    const call: Call = { project, request, path, now: this.options.now() };
    const route =
      area === 'users' && request.method === 'GET' && part !== 'getByEmail' ? '/api/users/{email}' : path;
    if (!this.mayPass(call, `${request.method} ${route}`)) {
      const msg = `Exceeded rate limit for endpoint: ${path}, project: ${project.config.number}`;
      return jsonAnswer(429, { msg, code: 'RateLimitExceeded', params: {} });
    }
    if (more.length > 0) return notFound();
    switch (`${request.method} ${route}`) {
      case 'GET /api/lists':
        return answerLists(call);
      case 'POST /api/lists':
        return createList(call);
      case 'GET /api/channels':
        return jsonAnswer(200, { channels: CHANNELS });
      case 'GET /api/users/getByEmail':
        return answerUser(call, request.query.get('email') ?? '');
      case 'GET /api/users/{email}':
        return answerUser(call, part ?? '');
      case 'POST /api/users/update':
        return updateUser(call);
      case 'POST /api/users/updateEmail':
        return renameUser(call);
      case 'POST /api/lists/subscribe':
        return changeMembers(call, 'subscribe');
      case 'POST /api/lists/unsubscribe':
        return changeMembers(call, 'unsubscribe');
      case 'POST /api/events/track':
        return trackEvent(call);
      default:
        return notFound();
    }
  }

  protected apply(operation: Operation): void {
    this.projects.find(({ config }) => config.key === operation.project)?.apply(operation);
  }

  private get first(): Project {
    return this.projects[0] as Project;
  }

  private start(): void {
    this.projects = PROJECTS.map((config) => new Project(config));
    this.windows = new Map();
    this.revoked = false;
  }

  private fill(): void {
    for (const project of this.projects) {
      for (const [name, type] of DEMO_LISTS) this.addList(project, name, type);
    }
  }

  private addList(project: Project, name: string, listType: ListRecord['listType']): string {
    const id = nextListId(project);
    const list = { id, name, listType, createdAt: this.options.now() };
    this.commit({ project: project.config.key, kind: 'list', list });
    return String(id);
  }

  private projectOf({ headers, host }: EmulatedRequest): {
    readonly project?: Project;
    readonly readOnly: boolean;
  } {
    const given = headers['api-key'] ?? headers['api_key'];
    const project = this.projects.find(
      ({ config }) => HOSTS[config.region] === host && [config.key, config.readOnlyKey].includes(given ?? ''),
    );
    if (project === undefined || this.revoked) return { readOnly: false };
    return { project, readOnly: given === project.config.readOnlyKey };
  }

  private mayPass({ project, now }: Call, endpoint: string): boolean {
    const key = `${project.config.key} ${endpoint}`;
    const window =
      this.windows.get(key) ?? new FixedWindow(PER_SECOND[endpoint] ?? UNPUBLISHED_PER_SECOND, 1000);
    this.windows.set(key, window);
    return window.take(now) === undefined;
  }

  private seed({
    email,
    fields = {},
    tags = [],
    audiences = [],
    consent,
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const project = this.first.config.key;
    const data = { ...fields, ...(tags.length > 0 ? { rekomi_tags: tags } : {}) };
    this.commit({ project, kind: 'profile', email, at: this.options.now(), data, merge: false });
    for (const list of audiences) this.commit({ project, kind: 'join', email, list: Number(list) });
    if (consent !== undefined) this.commit({ project, kind: 'consent', email, consent });
  }

  private shown(email: string): EmulatedContact | undefined {
    const person = this.first.find(email);
    if (person === undefined) return undefined;
    const tags = person.data.get('rekomi_tags');
    const consent = person.forgotten
      ? 'suppressed'
      : person.optedOut.size > 0
        ? 'unsubscribed'
        : 'subscribed';
    return {
      email: person.email,
      fields: Object.fromEntries(person.data),
      tags: Array.isArray(tags) ? tags.map(String) : [],
      audiences: [...person.lists].map(String),
      consent,
      events: person.events.map(({ id, name, createdAt, data }) => ({
        name,
        at: new Date(createdAt * 1000).toISOString(),
        dedupeId: id,
        data,
      })),
    };
  }
}

function badKey(msg: string, endpoint: string, more: object): Reply<never> {
  return jsonAnswer(401, { msg, code: 'BadApiKey', params: { ip: '192.0.2.10', endpoint, ...more } });
}

function notFound(): Reply<never> {
  const body = '<!DOCTYPE html><html lang="en"><head><title>Action not found</title></head></html>';
  return { status: 404, headers: { 'content-type': 'text/html' }, body };
}
