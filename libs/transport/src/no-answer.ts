import type { NoAnswer } from '@rekomi/provider-contract';

export function noAnswer(reason: NoAnswer['reason'], maybeSent: boolean, detail: string): NoAnswer {
  return { kind: 'no_answer', reason, maybeSent, detail };
}
