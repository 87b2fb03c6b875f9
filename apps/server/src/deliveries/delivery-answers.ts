import { Injectable } from '@nestjs/common';
import { VendorManifests } from '@rekomi/programs';
import type {
  DeliveryReader,
  DeliveryView,
  PersonAtConnection,
  ReceiptView,
  TimelineEntry,
} from '@rekomi/sync';

import { CodeTexts } from '../connections/code-texts.js';
import type { Plain } from '../connections/plain.js';
import type { AttemptAnswer } from './attempt.answer.js';
import type { DeliveryAnswer } from './delivery.answer.js';
import type { ReceiptAnswer } from './receipt.answer.js';
import type { TimelineConnectionAnswer } from './timeline-connection.answer.js';
import type { TimelineEntryAnswer } from './timeline-entry.answer.js';

type Attempt = Awaited<ReturnType<DeliveryReader['attempts']>>[number];

/** Brings deliveries into the form of the API, every code with its text. */
@Injectable()
export class DeliveryAnswers {
  constructor(
    private readonly texts: CodeTexts,
    private readonly manifests: VendorManifests,
  ) {}

  delivery({ contactId, code, receipt, ...rest }: DeliveryView): Plain<DeliveryAnswer> {
    return {
      ...rest,
      affiliateId: contactId,
      ...this.texts.reason(code),
      ...(receipt === undefined ? {} : { receipt: this.receipt(receipt, rest.provider) }),
    };
  }

  private receipt({ reason: chosen, code, ...rest }: ReceiptView, provider = ''): ReceiptAnswer {
    const silences = rest.state === 'ignored' ? this.manifests.manifest(provider)?.silences : undefined;
    return {
      ...rest,
      chosen,
      ...this.texts.reason(code),
      ...(silences === undefined ? {} : { likelyCause: silences }),
    };
  }

  attempt({ deliveryId: _, code, ...rest }: Attempt): AttemptAnswer {
    return { ...rest, ...this.texts.reason(code) };
  }

  entry({ attemptLog, ...delivery }: TimelineEntry): TimelineEntryAnswer {
    return { ...this.delivery(delivery), attemptLog: attemptLog.map((attempt) => this.attempt(attempt)) };
  }

  person({ explanation, code, waiting, ...rest }: PersonAtConnection): TimelineConnectionAnswer {
    return {
      ...rest,
      standing: explanation.standing,
      explanation: explanation.text,
      ...this.texts.reason(code),
      waitingContacts: waiting.contacts,
      waitingEvents: waiting.events,
    };
  }
}
