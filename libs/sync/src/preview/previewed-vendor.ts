import type { CrmProvider, Outcome } from '@rekomi/provider-contract';
import type { CredentialSource, ExchangeRecord, PaceGate, VendorTransport } from '@rekomi/transport';

import type { LaneRun } from '../core/lane-run.js';
import type { ActiveConnection } from '../engine/connection.js';
import { StepRunner } from '../engine/step-runner.js';
import type { EngineGate } from '../engine/pacer.js';
import { VendorSession } from '../engine/vendor-session.js';
import type { PreviewedRequest } from './preview.js';

export interface PreviewedVendorParts {
  readonly connection: ActiveConnection;
  /** With its faults contained. */
  readonly provider: CrmProvider;
  readonly credentials: CredentialSource;
  readonly transport: Pick<VendorTransport, 'open'>;
  readonly pace: PaceGate;
  readonly signal: AbortSignal;
}

/** What came of one run. */
export interface Previewed {
  readonly requests: readonly PreviewedRequest[];
  /** Of the last call; absent when no call was made. */
  readonly outcome?: Outcome;
}

/**
 * The engine's own way to a vendor, steps, session and transport, over which nothing leaves that could change anything. A
 * write that is shown counts as not sent, so the run ends there, as it does when a process is stopped.
 */
export class PreviewedVendor {
  private requests: PreviewedRequest[] = [];
  private outcome: Outcome | undefined;
  private readonly runner: StepRunner;

  /** @param makes `reads`: what only asks is really asked. `nothing`: what is not known already stays unknown. */
  constructor(parts: PreviewedVendorParts, makes: 'reads' | 'nothing') {
    const { connection, provider, credentials, pace, signal } = parts;
    const shown = (request: ExchangeRecord): void => this.note(request, false);
    const transport: Pick<VendorTransport, 'open'> = {
      open: ({ record, ...binding }) =>
        parts.transport.open({
          ...binding,
          preview: { makes, shown },
          record: (exchange) => {
            this.note(exchange, true);
            record(exchange);
          },
        }),
    };
    const gate: EngineGate = {
      acquire: (family, waiting) => pace.acquire(family, waiting),
      release: (family, result, go) => pace.release(family, result, go),
      // Nothing is written, so the vendor has said nothing of writes.
      hadEnough: () => undefined,
    };
    this.runner = new StepRunner(
      new VendorSession(connection, this.overheard(provider), credentials, transport, gate, {
        signal,
        mayStillSend: () => true,
      }),
    );
  }

  /** One after the other: what is shown belongs to one person. */
  async work(run: LaneRun): Promise<Previewed> {
    this.requests = [];
    this.outcome = undefined;
    await this.runner.work([run]);
    const { requests, outcome } = this;
    return { requests, ...(outcome === undefined ? {} : { outcome }) };
  }

  private note(exchange: ExchangeRecord, made: boolean): void {
    this.requests.push({
      made,
      method: exchange.method,
      url: exchange.url,
      headers: exchange.requestHeaders,
      ...(exchange.requestBody === undefined ? {} : { body: exchange.requestBody }),
      ...(exchange.status === undefined ? {} : { status: exchange.status }),
    });
  }

  private overheard(provider: CrmProvider): CrmProvider {
    const heard = async (call: Promise<Outcome>): Promise<Outcome> => (this.outcome = await call);
    const upsertContacts = provider.upsertContacts?.bind(provider);
    const removeContact = provider.removeContact?.bind(provider);
    return {
      ...provider,
      ...(upsertContacts === undefined
        ? {}
        : {
            upsertContacts: async (access, changes) => {
              const outcomes = await upsertContacts(access, changes);
              this.outcome = outcomes[0];
              return outcomes;
            },
          }),
      upsertContact: (access, change) => heard(provider.upsertContact(access, change)),
      ...(removeContact === undefined
        ? {}
        : { removeContact: (access, removal) => heard(removeContact(access, removal)) }),
    };
  }
}
