import { MailOutbox } from '@rekomi/mail';
import { ProgramsModule } from '@rekomi/programs';
import type pg from 'pg';
import { createElement } from 'react';

import { ProblemPage } from '../../pages/problem-page.js';
import { renderPage } from '../../pages/render-page.js';
import { AffiliatesController } from '../../programs/affiliates.controller.js';
import { CampaignsController } from '../../programs/campaigns.controller.js';
import { DecisionsController } from '../../programs/decisions.controller.js';
import { ProgramCalls } from '../../programs/program-calls.js';
import { PublicUrl } from '../../resources/public-url.js';
import { Browser } from '../../testing/browser.js';
import { type Reply, ServedModules } from '../../testing/served-modules.js';
import {
  type CampaignSettings,
  storeCampaignSettings,
  storeConnection,
} from '../../testing/stored-campaign.js';
import { ApplicationsApiModule } from '../applications-api.module.js';
import { RecordingMailOutbox } from './recording-mail-outbox.js';

export type { Reply } from '../../testing/served-modules.js';
export type { CampaignSettings } from '../../testing/stored-campaign.js';

/** Public pages and what the merchant sees of them, over HTTP on a real database, with nobody who works the lanes off. */
export class ApplicationsBench {
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

  static async open(): Promise<ApplicationsBench> {
    const mail = new RecordingMailOutbox();
    const served = await ServedModules.start({
      name: 'applications-bench',
      imports: [ProgramsModule.register(), ApplicationsApiModule],
      controllers: [CampaignsController, DecisionsController, AffiliatesController],
      providers: [ProgramCalls],
      globals: [
        { provide: MailOutbox, useValue: mail },
        { provide: PublicUrl, useValue: new PublicUrl({ PUBLIC_URL: 'https://crm.example.com', PORT: 0 }) },
      ],
      bodyLimit: 5_000_000,
      pages: ['p/*path'],
      problemPage: (document) => renderPage(createElement(ProblemPage, { document })),
    });
    return new ApplicationsBench(served, mail);
  }

  close(): Promise<void> {
    return this.served.close();
  }

  /** Also forgets how often an address tried, so that tests do not limit each other. */
  async reset(): Promise<void> {
    this.mail.messages.length = 0;
    this.mail.configured = false;
    await this.served.empty(
      'connection, lane, delivery, affiliate, campaign, idempotency_key, request_limit CASCADE',
    );
  }

  /** A request of the merchant, or with `as: 'stranger'` of another one. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options: { readonly as?: 'stranger' } = {},
  ): Promise<Reply> {
    return this.send(method, `/v1${path}`, {
      headers: {
        ...this.served.authorization(options.as),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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

  /** A campaign with one destination; @returns its id and the path of its page. */
  async campaign(settings: CampaignSettings = {}): Promise<{ readonly id: string; readonly page: string }> {
    const { description = null } = settings;
    const { body } = await this.call('POST', '/campaigns', { name: 'Summer', description });
    const id = String(body['id']);
    await this.set(id, settings);
    const connectionId = await storeConnection(this.superuser, this.organizationId);
    await this.superuser.query(
      `INSERT INTO campaign_destination (organization_id, campaign_id, connection_id) VALUES ($1, $2, $3)`,
      [this.organizationId, id, connectionId],
    );
    return { id, page: `/p/one/${String(body['slug'])}` };
  }
}
