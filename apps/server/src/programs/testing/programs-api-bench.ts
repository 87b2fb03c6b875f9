import type { ProviderManifest } from '@rekomi/provider-contract';
import { VendorManifests } from '@rekomi/programs';
import type pg from 'pg';

import { type Reply, ServedModules } from '../../testing/served-modules.js';
import { storeConnection } from '../../testing/stored-campaign.js';
import { ProgramsApiModule } from '../programs-api.module.js';

export type { Reply } from '../../testing/served-modules.js';

/** A vendor that keeps names for itself. */
function benchManifest(): ProviderManifest {
  const manifest: Partial<ProviderManifest> = {
    name: 'Customer.io',
    reservedAttributes: ['unsubscribed'],
    eventNames: { maximumBytes: 100, reserved: ['user deleted'], source: 'a test' },
  };
  return manifest as ProviderManifest;
}

/** The routes about campaigns, affiliates and events on a real database, with nobody who works the lanes off. */
export class ProgramsApiBench {
  readonly superuser: pg.Pool;

  private constructor(
    private readonly served: ServedModules,
    readonly woken: string[],
  ) {
    this.superuser = served.superuser;
  }

  static async open(): Promise<ProgramsApiBench> {
    const woken: string[] = [];
    const served = await ServedModules.start({
      name: 'programs-api-bench',
      imports: [ProgramsApiModule],
      globals: [{ provide: VendorManifests, useValue: { manifest: benchManifest } }],
      wake: (id) => void woken.push(id),
    });
    return new ProgramsApiBench(served, woken);
  }

  close(): Promise<void> {
    return this.served.close();
  }

  async reset(): Promise<void> {
    this.woken.length = 0;
    await this.served.empty(
      'connection, lane, delivery, affiliate, campaign, event_type, idempotency_key CASCADE',
    );
  }

  /** A request of the organisation, or with `as: 'stranger'` of another one. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger'; readonly idempotencyKey?: string } = {},
  ): Promise<Reply> {
    return this.served.send(method, `/v1${path}`, {
      headers: {
        ...this.served.authorization(options.as),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** A file that the organisation downloads. */
  download(path: string): Promise<Reply> {
    return this.served.send('GET', `/v1${path}`, { headers: this.served.authorization() });
  }

  /** A stored connection; @returns its id. */
  connection(): Promise<string> {
    return storeConnection(this.superuser, this.served.organizationId);
  }

  /** A campaign with one destination; @returns ids of both. */
  async campaign(
    name = 'Summer',
  ): Promise<{ readonly id: string; readonly slug: string; readonly connectionId: string }> {
    const { body } = await this.call('POST', '/campaigns', { name });
    const connectionId = await this.connection();
    await this.call('PUT', `/campaigns/${String(body['id'])}/destinations/${connectionId}`, {});
    return { id: String(body['id']), slug: String(body['slug']), connectionId };
  }
}
