import type {
  Authorization,
  Failure,
  ProviderAccess,
  VendorAnswer,
  VendorRequest,
} from '@rekomi/provider-contract';
import { readAnswer, withoutErrors, type Door, type Reading } from './customer-io.answers.js';
import { detectRegion, hostsOf, TRACK_AUTHORIZATION } from './customer-io.region.js';

export type Call = Pick<VendorRequest, 'method' | 'path' | 'query' | 'json' | 'jsonText'> & {
  readonly door: Door;
  /** Statuses that are a reasoned no to this call. */
  readonly declines: readonly number[];
};

const AUTHORIZATION: Readonly<Record<Door, Authorization>> = {
  track: TRACK_AUTHORIZATION,
  app: { kind: 'bearer', credential: 'appApiKey' },
};

/**
 * The requests of one provider call. It knows the region, and what a redirect means: the wrong one. A redirect is
 * never followed; the region is asked for once, and the request sent once more, to the host we know.
 */
export class CustomerIoSession {
  #region: string | undefined;
  #detected = false;

  constructor(readonly access: ProviderAccess) {
    this.#region = access.region;
  }

  /** The region to store, when it turned out to be another one than before. */
  get movedTo(): { readonly region?: string } {
    return this.#region === undefined || this.#region === this.access.region ? {} : { region: this.#region };
  }

  /** Sends and reads. A success status with errors inside is a no. */
  async ask(call: Call): Promise<Reading> {
    return withoutErrors(await this.askPartly(call));
  }

  /** As `ask`, for calls whose success answers may hold errors of single items. */
  async askPartly(call: Call): Promise<Reading> {
    const host = hostsOf(this.#region)[call.door];
    const answer = await this.#send(call, host);
    if (!isRedirect(answer) || this.#detected) return this.#read(call, answer);

    this.#detected = true;
    const detection = await detectRegion(this.access);
    if (detection.kind === 'failed') {
      return detection.failure.kind === 'unauthorised' ? detection : this.#read(call, answer);
    }
    this.#region = detection.region;
    const rightHost = hostsOf(detection.region)[call.door];
    if (rightHost !== host) return this.#read(call, await this.#send(call, rightHost));
    return call.door === 'app' ? { kind: 'failed', failure: FOREIGN_APP_KEY } : this.#read(call, answer);
  }

  #send(call: Call, host: string): Promise<VendorAnswer> {
    const { door } = call;
    return this.access.http.request({ ...call, family: door, host, authorization: AUTHORIZATION[door] });
  }

  #read(call: Call, answer: VendorAnswer): Reading {
    const { door, declines } = call;
    return readAnswer(answer, { door, declines, now: this.access.now(), harmless: call.method === 'GET' });
  }
}

/** The App API sends the key to the other data centre although the Track credentials are at home in this one. */
const FOREIGN_APP_KEY: Failure = {
  kind: 'unauthorised',
  code: 'credentials_rejected',
  credential: 'appApiKey',
  vendorMessage: 'wrong datacenter',
};

function isRedirect(answer: VendorAnswer): boolean {
  return answer.kind === 'answered' && answer.status >= 300 && answer.status < 400;
}
