import type { ErrorCode } from '@rekomi/provider-contract';

/** How a try at telling an endpoint something ended, as a closed set; which answer means which is not decided here. */
export type EndpointOutcome =
  | { readonly kind: 'accepted' }
  /** It wants to be called more slowly: uses up no attempt. */
  | EndpointFailure<'throttled'>
  /** Certainly not taken. */
  | EndpointFailure<'unavailable'>
  /** It may have been taken; nobody said so. The same id tells the receiver. */
  | EndpointFailure<'ambiguous'>
  /** It asks never to be called again. */
  | { readonly kind: 'gone'; readonly code: ErrorCode; readonly detail?: string }
  /** There is nothing that could be sent. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly detail?: string }
  /** Nothing left this process: a shutdown or a lost lease held it back. That is no attempt. */
  | { readonly kind: 'withheld' };

interface EndpointFailure<Kind extends string> {
  readonly kind: Kind;
  readonly code: ErrorCode;
  readonly detail?: string;
  /** The endpoint as a whole should be left alone for a while. */
  readonly rests: boolean;
  /** What it asked for, where it did. */
  readonly retryAfterMs?: number;
}

/** What one try says about the endpoint as a whole. */
export type EndpointNews =
  | { readonly kind: 'succeeded' }
  /** It was not asked. */
  | { readonly kind: 'unsent' }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly rests: boolean;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'gone'; readonly detail?: string };
