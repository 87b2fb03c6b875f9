import type { Failure } from './outcome.js';

/** A list, segment, tag or group that contacts can be put into through the API. */
export interface Audience {
  /** The vendor's id as text, exactly as it goes into a path (ids beyond 2^53 exist). */
  readonly id: string;
  readonly name: string;
  /** Number of contacts, where the vendor tells it in the same answer. */
  readonly size?: number;
}

/** One page of audiences that the API can add people to. Follow `nextCursor` until it is absent. */
export type AudiencePage =
  | {
      readonly kind: 'page';
      readonly audiences: readonly Audience[];
      /**
       * What the vendor listed beside them and whose members it computes by rules. Nobody can be added, but who is in
       * one can be read. The id alone where the vendor tells no name.
       */
      readonly ruleBased?: readonly (Audience | string)[];
      readonly nextCursor?: string;
    }
  | Failure;

/** Answer of `createAudience`. */
export type AudienceCreation = { readonly kind: 'created'; readonly audience: Audience } | Failure;
