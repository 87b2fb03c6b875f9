import type { NoAnswer, Withheld } from '@rekomi/provider-contract';

/** Carries the reason why no answer came through axios, which knows failures as rejections only. */
export class SendFailure extends Error {
  override readonly name = 'SendFailure';

  constructor(readonly outcome: NoAnswer | Withheld) {
    super(outcome.detail);
  }
}

export function noAnswer(reason: NoAnswer['reason'], maybeSent: boolean, detail: string): NoAnswer {
  return { kind: 'no_answer', reason, maybeSent, detail };
}
