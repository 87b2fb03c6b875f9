import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Tenancy } from '@rekomi/database';
import { AuditTrail, NoticeBoard } from '@rekomi/identity';
import { eventMessages } from '@rekomi/programs';
import { Vault } from '@rekomi/vault';
import {
  EndpointCourier,
  EndpointSecrets,
  EndpointService,
  GuardedSender,
  type MessageSource,
  NO_ALLOWED_HOSTS,
  readAllowedHosts,
  ReplayService,
  TestMessageService,
} from '@rekomi/webhooks';

import type { ServerSettings } from '../config/settings.js';
import { SERVER_SETTINGS } from '../resources/resources.module.js';
import { USER_AGENT } from '../sync/user-agent.js';
import { BoardNotices } from './board-notices.js';
import { ENDPOINT_RULES, type EndpointRules } from './endpoint-rules.js';

/** Requests that one endpoint gets at the same time, from one process. */
const CONNECTIONS_PER_ENDPOINT = 16;

const messages: MessageSource = {
  byIds: (organizationId, ids) => eventMessages(organizationId, { ids }),
  received: (organizationId, since, until) =>
    eventMessages(organizationId, { since, ...(until === undefined ? {} : { until }) }),
};

/** Webhook endpoints and the guarded way out to them: what every role needs. */
@Global()
@Module({
  providers: [
    {
      provide: ENDPOINT_RULES,
      useFactory: (settings: ServerSettings): EndpointRules => {
        const allowed = readAllowedHosts(settings.WEBHOOK_ALLOWED_HOSTS);
        return {
          allowedHosts: allowed.ok ? allowed.hosts : NO_ALLOWED_HOSTS,
          environments: settings.SANDBOX_URL === undefined ? ['live'] : ['live', 'sandbox'],
        };
      },
      inject: [SERVER_SETTINGS],
    },
    {
      provide: GuardedSender,
      useFactory: (settings: ServerSettings, { allowedHosts }: EndpointRules) =>
        new GuardedSender({
          userAgent: USER_AGENT,
          allowedHosts,
          connectionsPerEndpoint: CONNECTIONS_PER_ENDPOINT,
          ...(settings.SANDBOX_URL === undefined ? {} : { sandboxUrl: settings.SANDBOX_URL }),
        }),
      inject: [SERVER_SETTINGS, ENDPOINT_RULES],
    },
    {
      provide: EndpointCourier,
      useFactory: (sender: GuardedSender) => new EndpointCourier(sender, Date.now),
      inject: [GuardedSender],
    },
    {
      provide: EndpointSecrets,
      useFactory: (vault: Vault) => new EndpointSecrets(vault),
      inject: [Vault],
    },
    {
      provide: BoardNotices,
      // A trail of its own: a worker has no API, and with it no audit module.
      useFactory: (board: NoticeBoard, tenancy: Tenancy) => new BoardNotices(board, new AuditTrail(tenancy)),
      inject: [NoticeBoard, Tenancy],
    },
    {
      provide: EndpointService,
      useFactory: (secrets: EndpointSecrets, notices: BoardNotices) => new EndpointService(secrets, notices),
      inject: [EndpointSecrets, BoardNotices],
    },
    { provide: ReplayService, useFactory: () => new ReplayService(messages) },
    {
      provide: TestMessageService,
      useFactory: (tenancy: Tenancy, secrets: EndpointSecrets, courier: EndpointCourier) =>
        new TestMessageService({ tenancy, secrets, courier, now: () => new Date() }),
      inject: [Tenancy, EndpointSecrets, EndpointCourier],
    },
  ],
  exports: [
    ENDPOINT_RULES,
    EndpointCourier,
    EndpointSecrets,
    BoardNotices,
    EndpointService,
    ReplayService,
    TestMessageService,
  ],
})
export class WebhooksModule implements OnApplicationShutdown {
  constructor(private readonly modules: ModuleRef) {}

  /** After the engine has let go of everything (it ends in `beforeApplicationShutdown`). */
  async onApplicationShutdown(): Promise<void> {
    await this.modules.get(GuardedSender).close();
  }
}
