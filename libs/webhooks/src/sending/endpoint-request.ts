/** One message on its way to an endpoint, complete: the sender adds nothing that means anything. */
export interface EndpointRequest {
  /** Rendered, without placeholders. */
  readonly url: string;
  /** Everything that goes out, signature included. What is not of the message itself counts as secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Covers looking up the name, connecting, sending, and reading the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Whose connections are used. Requests with the same key share a few; one endpoint cannot take another's. */
  readonly endpointId?: string;
  /** `live` unless told. `sandbox` reaches the emulated vendors, and only hosts of presets. */
  readonly environment?: 'live' | 'sandbox';
}

/** What became of it. Never thrown: every failure of the other side is one of these. */
export type EndpointAnswer =
  | {
      readonly kind: 'answered';
      /** Whatever it is; redirects are not followed. */
      readonly status: number;
      /** Names in lower case; what repeats our secrets is masked. */
      readonly headers: Readonly<Record<string, string>>;
      /** The first 4,096 characters, and a note of how much more there was. */
      readonly body: string;
      readonly durationMs: number;
    }
  | {
      /** The guard or the address itself forbids it: nothing was sent, and nothing will be until somebody changes it. */
      readonly kind: 'not_allowed';
      readonly detail: string;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'no_answer';
      /** False only when it is certain that no byte of the request reached the other side. */
      readonly maybeSent: boolean;
      readonly reason:
        'timeout' | 'unresolved' | 'refused' | 'reset' | 'tls' | 'too_large' | 'aborted' | 'malformed';
      readonly detail: string;
      readonly durationMs: number;
    };

export interface EndpointSender {
  send(request: EndpointRequest): Promise<EndpointAnswer>;
  /** Sends nothing more and waits for what is under way, which its time-outs bound. */
  close(): Promise<void>;
}
