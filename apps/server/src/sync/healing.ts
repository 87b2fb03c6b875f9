import { setMaxListeners } from 'node:events';

import { Inject, Injectable } from '@nestjs/common';
import type { Tenancy } from '@rekomi/database';
import { NoticeTellings } from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';
import { DestinationAudienceNames } from '@rekomi/programs';
import { ProviderRegistry } from '@rekomi/provider-registry';
import { CheckLoop, ConnectionTroubles, makeConnectionChecks, Pacer, SyncOutbox } from '@rekomi/sync';
import { VendorTransport } from '@rekomi/transport';
import { Vault } from '@rekomi/vault';

import type { ServerSettings } from '../config/settings.js';
import { CodeTexts } from '../connections/code-texts.js';
import { ConnectionBoard } from '../notices/connection-board.js';
import { NoticeTeller } from '../notices/notice-teller.js';
import { PublicUrl } from '../resources/public-url.js';
import { ENGINE_TENANCY, SERVER_SETTINGS } from '../resources/resources.module.js';
import { engineLog } from './engine-log.js';

/** Vendors that are slow or down for long are asked about once a minute: nobody needs to know sooner. */
const TROUBLES_EVERY_MS = 60_000;

/** How soon after its time a notice is told. */
const TELL_EVERY_MS = 2_000;

/** A worker's share of what heals: verifying connections again, noticing long troubles, telling people. */
@Injectable()
export class Healing {
  private readonly loops: readonly CheckLoop[];
  private readonly ending = new AbortController();

  constructor(
    @Inject(ENGINE_TENANCY) tenancy: Tenancy,
    @Inject(SERVER_SETTINGS) settings: ServerSettings,
    registry: ProviderRegistry,
    transport: VendorTransport,
    vault: Vault,
    outbox: SyncOutbox,
    pacer: Pacer,
    board: ConnectionBoard,
    mails: MailOutbox,
    addresses: PublicUrl,
  ) {
    setMaxListeners(0, this.ending.signal);
    const texts = new CodeTexts(settings);
    const linkOf = (code: string): string => {
      const link = texts.of(code)?.docsUrl ?? '';
      return link.startsWith('/') ? addresses.url(link) : link;
    };
    const checks = makeConnectionChecks({
      ...{ tenancy, transport, vault, outbox, pacer },
      providers: { get: (slug) => registry.find(slug) },
      notices: board,
      audienceNames: new DestinationAudienceNames(),
      checkEveryMs: settings.CONNECTION_CHECK_HOURS * 3_600_000,
      ending: this.ending.signal,
      onProviderFault: (err, provider) =>
        engineLog.error('A provider broke its contract.', err, { provider }),
      onFailure: (err, check) =>
        engineLog.error('A connection could not be verified again; it is tried later.', err, { ...check }),
    });
    const tellings = new NoticeTellings(tenancy, mails, ({ code }) => {
      const text = texts.of(code);
      return { title: text?.title ?? code, fix: text?.fix ?? '', link: linkOf(code) };
    });
    const complain =
      (what: string) =>
      (err: unknown): void =>
        engineLog.error(`${what}; it is tried again.`, err, {});
    this.loops = [
      new CheckLoop(checks, complain('Connections due to be verified could not be asked for')),
      new CheckLoop(
        new ConnectionTroubles(tenancy, board),
        complain('Vendors that are slow or down could not be asked for'),
        TROUBLES_EVERY_MS,
      ),
      new CheckLoop(
        new NoticeTeller({ tenancy, tellings, outbox, linkOf }),
        complain('Notices could not be told'),
        TELL_EVERY_MS,
      ),
    ];
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  async close(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.loops.map((loop) => loop.close()));
  }
}
