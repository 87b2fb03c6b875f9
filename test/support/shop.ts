import { randomUUID } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

import type { Api } from './api.js';

export interface ShopAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The merchant's shop: signs what it sends with the reference library of Standard Webhooks. */
export class Shop {
  private constructor(
    private readonly url: () => string,
    readonly sourceId: string,
    readonly secret: string,
  ) {}

  static async open(api: Api, url: () => string, name = 'Shop'): Promise<Shop> {
    const source = await api.must<{ id: string; secret: string }>(
      api.post('inbound-sources', { kind: 'conversions', name }),
    );
    return new Shop(url, source.id, source.secret);
  }

  /** Another secret, clock or text stands for a forger, a stale message or somebody in between. */
  async send(
    what: 'conversions' | 'refunds',
    body: object,
    forged: { readonly secret?: string; readonly at?: Date; readonly sentBody?: string } = {},
  ): Promise<ShopAnswer> {
    const text = JSON.stringify(body);
    const id = `msg_${randomUUID()}`;
    const at = forged.at ?? new Date();
    const answer = await fetch(`${this.url()}/v1/inbound/${this.sourceId}/${what}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(forged.secret ?? this.secret).sign(id, at, text),
      },
      body: forged.sentBody ?? text,
    });
    return { status: answer.status, body: (await answer.json()) as ShopAnswer['body'] };
  }

  convert(body: object): Promise<ShopAnswer> {
    return this.send('conversions', body);
  }

  refund(body: object): Promise<ShopAnswer> {
    return this.send('refunds', body);
  }
}
