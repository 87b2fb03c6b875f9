import type { Tenancy } from '@rekomi/database';
import type { SentMessage } from '@rekomi/sync';
import { v7 as newId } from 'uuid';

import type { JsonValue } from '../sending/json-value.js';
import type { EndpointCourier } from './endpoint-courier.js';
import type { EndpointSecrets } from './endpoint-secrets.js';
import { openAddressee } from './stored-endpoint.js';

export interface TestMessage {
  readonly type: string;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** Sends a message about nobody, at once and outside of the lanes: whoever asks sees what the endpoint answers. */
export class TestMessageService {
  constructor(
    private readonly parts: {
      readonly tenancy: Tenancy;
      readonly secrets: EndpointSecrets;
      readonly courier: EndpointCourier;
      readonly now: () => Date;
    },
  ) {}

  /** Disabled endpoints are tried as well: that is how one sees whether to enable them. @returns undefined for none. */
  async send(
    organizationId: string,
    endpointId: string,
    { type, data }: TestMessage,
  ): Promise<(SentMessage & { readonly messageId: string }) | undefined> {
    const { tenancy, secrets, courier, now } = this.parts;
    const stored = await tenancy.run(organizationId, (tx) =>
      openAddressee(tx, secrets, organizationId, endpointId),
    );
    if (stored === undefined || stored.deleted) return undefined;
    const messageId = `test_${newId()}`;
    const sent = await courier.send(stored.addressee, {
      id: messageId,
      type,
      timestamp: now().toISOString(),
      data,
      affiliate: {
        id: '00000000-0000-4000-8000-000000000000',
        email: 'test@example.com',
        name: 'Test Message',
        firstName: 'Test',
        lastName: 'Message',
      },
    });
    return { ...sent, messageId };
  }
}
