import type { EmulatedRequest, EmulatorFactory } from '@rekomi/provider-contract';
import { FixedWindow, jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import { errorAnswer, withLimits } from './beehiiv.emulator-answers.js';
import {
  demoWorkspaces,
  keyOf,
  newPublication,
  STANDARD_FIELDS,
  type Operation,
  type Publication,
  type Subscription,
  type Workspace,
} from './beehiiv.emulator-model.js';
import { BeehiivProbe } from './beehiiv.emulator-probe.js';
import { answerPublication, answerPublications } from './beehiiv.emulator-publications.js';

/** beehiiv's API v2 as its pages describe it in November 2026: publications, custom fields, subscriptions, tags. */
export class BeehiivEmulation extends VendorEmulation<Operation> {
  readonly slug = 'beehiiv';
  readonly hosts: readonly string[] = ['api.beehiiv.com'];
  readonly probe = new BeehiivProbe(this);
  workspaces = demoWorkspaces();
  private revoked = false;
  private windows = new Map<string, FixedWindow>();

  now(): number {
    return this.options.now();
  }

  /** What the merchant or a test does, not a request. */
  change(operation: Operation): void {
    this.commit(operation);
  }

  get writes(): number {
    return this.writeCount;
  }

  forgetAll(): void {
    this.forget();
    this.commit({ k: 'reset' });
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const [version, ...path] = pathSegments(request) ?? [];
    const key = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    const workspace = [...this.workspaces.values()].find(({ apiKey }) => apiKey === key);
    if (workspace === undefined || this.revoked) return errorAnswer(401, 'Unauthorized', 'Invalid API key');
    const window = this.windows.get(workspace.id) ?? new FixedWindow(180, 60_000);
    this.windows.set(workspace.id, window);
    const wait = window.take(this.now());
    const limits = (reply: Reply<Operation>): Reply<Operation> =>
      withLimits(reply, window.remaining, Math.ceil((this.now() + (wait ?? 60_000)) / 1000));
    if (wait !== undefined) return limits(errorAnswer(429, 'Too Many Requests', 'Rate limit exceeded'));
    if (version !== 'v2') return limits(errorAnswer(404, 'Not Found', 'Not found'));
    return limits(this.route(workspace, request, path));
  }

  protected apply(operation: Operation): void {
    switch (operation.k) {
      case 'reset':
        this.workspaces = demoWorkspaces();
        this.windows = new Map();
        this.revoked = false;
        return;
      case 'revoke':
        this.revoked = operation.revoked;
        return;
      case 'settle':
        for (const subscription of this.everySubscription())
          if (subscription.status === 'validating') subscription.status = 'active';
        return;
      case 'publication': {
        const { w, p, name, at } = operation;
        this.workspaces
          .get(w)
          ?.publications.set(p, newPublication(p, name, Math.floor(at / 1000), STANDARD_FIELDS));
        return;
      }
      case 'publication_gone':
        this.workspaces.get(operation.w)?.publications.delete(operation.p);
        return;
      default: {
        const publication = this.workspaces.get(operation.w)?.publications.get(operation.p);
        if (publication !== undefined) applyToPublication(publication, operation);
      }
    }
  }

  private *everySubscription(): Iterable<Subscription> {
    for (const { publications } of this.workspaces.values())
      for (const { subscriptions } of publications.values()) yield* subscriptions.values();
  }

  private route(workspace: Workspace, request: EmulatedRequest, path: readonly string[]): Reply<Operation> {
    const [area, id, ...rest] = path;
    if (request.method === 'GET' && path.join('/') === 'workspaces/identify') {
      const { id: workspaceId, name } = workspace;
      return jsonAnswer(200, { data: { id: workspaceId, name, owner_email: 'owner@example.com' } });
    }
    if (area !== 'publications') return errorAnswer(404, 'Not Found', 'Not found');
    if (id === undefined) return answerPublications(workspace, request);
    const publication = workspace.publications.get(id);
    if (publication === undefined) return errorAnswer(404, 'Not Found', 'Publication not found');
    return answerPublication({ workspace, publication, now: this.now(), request }, rest);
  }
}

type OnPublication = Extract<Operation, { readonly k: 'field' | 'subscribe' | 'update' | 'tag' | 'delete' }>;

function applyToPublication(publication: Publication, operation: OnPublication): void {
  if (operation.k === 'field') {
    publication.fields.push(operation.field);
    return;
  }
  if (operation.k === 'subscribe') {
    const { id, email, status, at, utmSource } = operation;
    const created = Math.floor(at / 1000);
    const fresh: Subscription = { id, email, status, created, utmSource, fields: new Map(), tags: new Set() };
    publication.subscriptions.set(keyOf(email), fresh);
    return;
  }
  const subscription = [...publication.subscriptions.values()].find(({ id }) => id === operation.id);
  if (subscription === undefined) return;
  if (operation.k === 'delete') publication.subscriptions.delete(keyOf(subscription.email));
  else if (operation.k === 'tag') {
    for (const tag of operation.tags) {
      publication.tags.add(tag);
      subscription.tags.add(tag);
    }
  } else {
    if (operation.status !== undefined) subscription.status = operation.status;
    for (const [name, value] of Object.entries(operation.fields ?? {})) {
      if (value === null) subscription.fields.delete(name);
      else subscription.fields.set(name, value);
    }
    if (operation.email !== undefined) {
      publication.subscriptions.delete(keyOf(subscription.email));
      subscription.email = operation.email;
      publication.subscriptions.set(keyOf(operation.email), subscription);
    }
  }
}

export const beehiivEmulator: EmulatorFactory = (options) => new BeehiivEmulation(options).restored();
