import type { NoAnswer, VendorRequest } from '@rekomi/provider-contract';
import type { ExchangeRecord } from './exchange-record.js';
import type { PreparedRequest } from './prepared-request.js';
import type { SecretMask } from './secret-mask.js';

const RECORDED_CHARACTERS = 16_384;

/** Header fields whose whole value is a secret, whoever set it. */
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'set-cookie']);

export interface ExchangeFacts {
  readonly request: VendorRequest;
  readonly prepared: PreparedRequest;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly text: string | undefined;
  readonly failure: NoAnswer | undefined;
}

export function maskedExchange(facts: ExchangeFacts, mask: SecretMask): ExchangeRecord {
  const { request, prepared, failure } = facts;
  const { authorization } = prepared;
  return {
    at: new Date(facts.startedAt).toISOString(),
    durationMs: facts.durationMs,
    family: request.family,
    method: request.method,
    url: mask.text(`https://${request.host}${prepared.target}`),
    requestHeaders: {
      ...maskedHeaders(prepared.headers, mask),
      ...(authorization === undefined ? {} : { [authorization.name]: authorization.masked }),
    },
    ...(prepared.body === undefined ? {} : { requestBody: storable(prepared.body, mask) }),
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.headers === undefined ? {} : { responseHeaders: maskedHeaders(facts.headers, mask) }),
    ...(facts.text === undefined ? {} : { responseBody: storable(facts.text, mask) }),
    ...(failure === undefined
      ? {}
      : {
          failure: {
            reason: failure.reason,
            maybeSent: failure.maybeSent,
            detail: mask.text(failure.detail),
          },
        }),
  };
}

function maskedHeaders(headers: Readonly<Record<string, string>>, mask: SecretMask): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    masked[name] = SECRET_HEADERS.has(name) ? '[masked]' : mask.header(value);
  }
  return masked;
}

function storable(body: string, mask: SecretMask): string {
  return mask.start(body, RECORDED_CHARACTERS).replaceAll('\0', '\uFFFD');
}
