import { Injectable } from '@nestjs/common';
import type { ReplayItem, ReplayResult, ReplayRow } from '@rekomi/sync';

import { CodeTexts } from '../connections/code-texts.js';
import {
  type DeliveryReplayAnswer,
  filterAnswer,
  type ReplayCountAnswer,
  type ReplayItemAnswer,
} from './delivery-replay.answer.js';
import { jobAnswer } from '../jobs/job.answer.js';

/** Brings replays into the form of the API, every code with its text. */
@Injectable()
export class ReplayAnswers {
  constructor(private readonly texts: CodeTexts) {}

  replay(
    row: ReplayRow,
    more: { readonly sample?: readonly ReplayItem[]; readonly results?: readonly ReplayResult[] } = {},
  ): DeliveryReplayAnswer {
    const { reach, text, counts, connections, wouldRepeat } = row.preview;
    return {
      ...jobAnswer(row),
      filter: filterAnswer(row.filter),
      rewrite: row.rewrite,
      ...{ reach, text, connections, wouldRepeat },
      counts: counts.map((count) => this.#count(count)),
      ...(more.sample === undefined ? {} : { sample: more.sample.map((item) => this.item(item)) }),
      ...(more.results === undefined ? {} : { results: more.results.map((count) => this.#count(count)) }),
    };
  }

  item(item: ReplayItem): ReplayItemAnswer {
    return {
      place: item.place,
      connectionId: item.connection_id,
      affiliateId: item.contact_id,
      kind: item.kind,
      eventId: item.event_id,
      sourceId: item.source_id,
      state: item.state,
      ...this.texts.reason(item.code ?? undefined),
      deliveryId: item.delivery_id,
      passedOver: item.skipped,
    };
  }

  #count({ kind, state, code, items }: ReplayResult): ReplayCountAnswer {
    return { kind, state, ...this.texts.reason(code ?? undefined), items };
  }
}
