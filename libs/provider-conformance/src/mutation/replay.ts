import type {
  Answered,
  CrmProvider,
  ProviderAccess,
  VendorAnswer,
  VendorHttp,
  VendorRequest,
} from '@rekomi/provider-contract';
import { parsedJson } from '@rekomi/transport';
import { memo } from '../stage.js';
import type { RawAnswer } from './mutations.js';
import { textOf, type Exchange } from './positive-signs.js';
import type { RecordedCall } from './recorded-calls.js';

/** When everything happens, in milliseconds since 1970: the clock of the stage that was recorded. */
export const REPLAY_NOW = Date.UTC(2026, 8, 3, 10);

export interface Substitution {
  /** Position of the request among those that were recorded. */
  readonly at: number;
  readonly answer: RawAnswer;
  /** Every later request to the same place gets it as well, as from a proxy that stays. */
  readonly stays: boolean;
}

export interface Replayed {
  readonly told: unknown;
  /** What the provider threw, if it did. */
  readonly thrown?: unknown;
  readonly exchanges: readonly Exchange[];
}

/** Nobody recorded such a request: it went nowhere. */
const UNREACHED: VendorAnswer = {
  kind: 'no_answer',
  maybeSent: false,
  reason: 'refused',
  detail: 'nothing was recorded for this request',
};

/** Far more than any call of a scene needs. */
const MOST_REQUESTS = 150;

/** A recorded call that can be made again, in this process and without a vendor. */
export class Replay {
  private readonly exact = new Map<string, Answered>();
  private readonly alike = new Map<string, readonly Answered[]>();
  private readonly shapes: readonly string[];

  constructor(
    private readonly provider: CrmProvider,
    readonly recorded: RecordedCall,
    /** Hands the provider another answer than it got: for mistakes that are made on purpose. */
    private readonly heard: (
      answer: Answered,
      request: VendorRequest,
      usual: Answered | undefined,
    ) => Answered = (answer) => answer,
  ) {
    for (const { request, answer } of recorded.exchanges) {
      if (!this.exact.has(exactly(request))) this.exact.set(exactly(request), answer);
      const shape = shapeOf(request);
      this.alike.set(shape, [...(this.alike.get(shape) ?? []), answer]);
    }
    this.shapes = recorded.exchanges.map(({ request }) => shapeOf(request));
  }

  async play(substitution?: Substitution): Promise<Replayed> {
    const exchanges: Exchange[] = [];
    const seen = new Map<string, number>();
    const other = substitution === undefined ? undefined : answeredRaw(substitution.answer);
    let asked = 0;
    const request = (one: VendorRequest): Promise<VendorAnswer> => {
      const at = asked;
      asked += 1;
      // A listing ends when the vendor is no longer there; what is written again and again does not.
      if (asked > MOST_REQUESTS && one.method === 'GET') return Promise.resolve(UNREACHED);
      if (asked > MOST_REQUESTS) return Promise.reject(new Error(`${MOST_REQUESTS} requests, and no end`));
      const shape = shapeOf(one);
      const times = seen.get(shape) ?? 0;
      seen.set(shape, times + 1);
      const list = this.alike.get(shape);
      const usual = this.exact.get(exactly(one)) ?? list?.[Math.min(times, list.length - 1)];
      const replaced =
        substitution !== undefined &&
        (at === substitution.at ||
          (substitution.stays && at > substitution.at && shape === this.shapes[substitution.at]));
      const answer = replaced ? other : usual;
      if (answer === undefined) return Promise.resolve(UNREACHED);
      exchanges.push({ request: one, answer });
      return Promise.resolve(this.heard(answer, one, usual));
    };
    try {
      const told = await this.call({ request });
      return { told, exchanges };
    } catch (err) {
      return { told: undefined, thrown: err, exchanges };
    }
  }

  private call(http: VendorHttp): Promise<unknown> {
    const { recorded } = this;
    const access: ProviderAccess = { ...recorded.access, http, memo: memo(), now: () => REPLAY_NOW };
    const provider = this.provider as unknown as Record<
      string,
      (access: ProviderAccess, input: unknown) => Promise<unknown>
    >;
    const call = provider[recorded.call];
    if (call === undefined) throw new Error(`The provider has no ${recorded.call}.`);
    return call.call(provider, access, recorded.input);
  }
}

/** As the transport reads it. */
export function answeredRaw({ status, headers, text }: RawAnswer): Answered {
  return { kind: 'answered', status, headers, body: parsedJson(headers, text), text };
}

function exactly(request: VendorRequest): string {
  const { method, host, path, query } = request;
  return `${method} ${host}${path} ${query === undefined ? '' : JSON.stringify(query)} ${textOf(request)}`;
}

/** Without ids and addresses, and without what is asked for: requests that the same lines of code send. */
function shapeOf({ method, host, path }: VendorRequest): string {
  const [bare = ''] = path.split('?');
  return `${method} ${host}${bare.replace(/[^/]*[%@][^/]*/g, '*').replace(/[0-9a-f]{32}|[^/]*\d{1,}[^/]*/g, '*')}`;
}
