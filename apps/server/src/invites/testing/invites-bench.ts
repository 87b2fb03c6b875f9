import { MailOutbox } from '@rekomi/mail';
import { InviteLinks } from '@rekomi/programs';
import { Vault, VaultKeyring } from '@rekomi/vault';
import type pg from 'pg';
import { createElement } from 'react';

import { RecordingMailOutbox } from '../../applications/testing/recording-mail-outbox.js';
import { ProblemPage } from '../../pages/problem-page.js';
import { renderPage } from '../../pages/render-page.js';
import { ProgramsApiModule } from '../../programs/programs-api.module.js';
import { PublicUrl } from '../../resources/public-url.js';
import { Browser } from '../../testing/browser.js';
import { type Reply, ServedModules } from '../../testing/served-modules.js';
import {
  type CampaignSettings,
  storeCampaignSettings,
  storeConnection,
} from '../../testing/stored-campaign.js';
import { InvitesApiModule } from '../invites-api.module.js';

export type { Reply } from '../../testing/served-modules.js';
export type { CampaignSettings } from '../../testing/stored-campaign.js';

/** Invites, the pages behind their links and suppressed addresses, over HTTP on a real database, with nobody who works the lanes off. */
export class InvitesBench {
  readonly origin: string;
  readonly organizationId: string;
  readonly superuser: pg.Pool;
  readonly #browser: Browser;

  private constructor(
    private readonly served: ServedModules,
    readonly mail: RecordingMailOutbox,
  ) {
    this.origin = served.origin;
    this.organizationId = served.organizationId;
    this.superuser = served.superuser;
    this.#browser = new Browser(served);
  }

  static async open(): Promise<InvitesBench> {
    const mail = new RecordingMailOutbox();
    const addresses = new PublicUrl({ PUBLIC_URL: 'https://crm.example.com', PORT: 0 });
    const vault = new Vault(VaultKeyring.generate());
    const links = new InviteLinks((purpose) => vault.derivedKeys(purpose), addresses);
    const served = await ServedModules.start({
      name: 'invites-bench',
      imports: [ProgramsApiModule, InvitesApiModule],
      globals: [
        { provide: MailOutbox, useValue: mail },
        { provide: PublicUrl, useValue: addresses },
        { provide: InviteLinks, useValue: links },
      ],
      bodyLimit: 5_000_000,
      pages: ['invites/\\:token', 'unsubscribe/*path'],
      problemPage: (document) => renderPage(createElement(ProblemPage, { document })),
    });
    return new InvitesBench(served, mail);
  }

  close(): Promise<void> {
    return this.served.close();
  }

  /** Also forgets how often an address tried, so that tests do not limit each other. */
  async reset(): Promise<void> {
    this.mail.messages.length = 0;
    this.mail.configured = false;
    await this.served.empty(
      'connection, lane, delivery, affiliate, campaign, suppression, idempotency_key, request_limit CASCADE',
    );
  }

  /** A request of the merchant, or with `as: 'stranger'` of another one. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger'; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Reply> {
    return this.send(method, `/v1${path}`, {
      headers: {
        ...this.served.authorization(options.as),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** Somebody opens a page in a browser. */
  open(path: string): Promise<Reply> {
    return this.#browser.open(path);
  }

  /** Somebody sends a form in a browser; names with several values have a list. */
  post(path: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Reply> {
    return this.#browser.post(path, fields);
  }

  /** A script of some site sends JSON. */
  postJson(path: string, body: unknown): Promise<Reply> {
    return this.#browser.postJson(path, body);
  }

  send(method: string, path: string, init: RequestInit): Promise<Reply> {
    return this.served.send(method, path, init);
  }

  /** Settings of a campaign, put there without the product. */
  set(campaignId: string, settings: CampaignSettings): Promise<void> {
    return storeCampaignSettings(this.superuser, campaignId, settings);
  }

  /** A campaign with one destination; @returns its slug. */
  async campaign(
    values: Record<string, unknown> = {},
    destination: Record<string, unknown> = {},
  ): Promise<{ readonly slug: string; readonly id: string; readonly connectionId: string }> {
    const { body } = await this.call('POST', '/campaigns', { name: 'Summer', ...values });
    const [id, slug] = [String(body['id']), String(body['slug'])];
    const connectionId = await storeConnection(this.superuser, this.organizationId);
    await this.call('PUT', `/campaigns/${id}/destinations/${connectionId}`, destination);
    return { id, slug, connectionId };
  }

  /** The path of a link on this server. */
  path(link: unknown): string {
    return String(link).replace('https://crm.example.com', '');
  }

  /** Single values from the database, for what no route shows. */
  async rows<Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return (await this.superuser.query<Row>(sql, [...values])).rows;
  }
}
