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
  const { request, prepared, status, headers, text, failure } = facts;
  const { authorization, body } = prepared;
  const requestHeaders = maskedHeaders(prepared.headers, mask);
  if (authorization !== undefined) requestHeaders[authorization.name] = authorization.masked;
  const record: Writable<ExchangeRecord> = {
    at: new Date(facts.startedAt).toISOString(),
    durationMs: facts.durationMs,
    family: request.family,
    method: request.method,
    url: mask.text(`https://${request.host}${prepared.target}`),
    requestHeaders,
  };
  if (body !== undefined) record.requestBody = storable(body, mask);
  if (status !== undefined) record.status = status;
  if (headers !== undefined) record.responseHeaders = maskedHeaders(headers, mask);
  if (text !== undefined) record.responseBody = storable(text, mask);
  if (failure !== undefined) {
    const { reason, maybeSent, detail } = failure;
    record.failure = { reason, maybeSent, detail: mask.text(detail) };
  }
  return record;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function maskedHeaders(headers: Readonly<Record<string, string>>, mask: SecretMask): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    masked[name] = SECRET_HEADERS.has(name) ? '[masked]' : mask.header(headers[name] ?? '');
  }
  return masked;
}

function storable(body: string, mask: SecretMask): string {
  return mask.start(body, RECORDED_CHARACTERS).replaceAll('\0', '\uFFFD');
}
