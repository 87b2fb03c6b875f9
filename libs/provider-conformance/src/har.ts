import { STATUS_CODES } from 'node:http';
import type { ExchangeRecord } from '@rekomi/transport';

export interface RecordedExchange {
  readonly provider: string;
  readonly caseId: string;
  readonly exchange: ExchangeRecord;
}

/**
 * Exchanges as an HTTP archive (HAR 1.2), as browsers' developer tools read it. Secrets are masked already. One without
 * an answer has the status 0 and says why in `_failure`.
 */
export function harOf(recorded: readonly RecordedExchange[]): object {
  return {
    log: {
      version: '1.2',
      creator: { name: 'rekomi-conformance', version: '0.1.0' },
      entries: recorded.map(entryOf),
    },
  };
}

function entryOf({ provider, caseId, exchange }: RecordedExchange): object {
  const { requestBody, responseBody = '', responseHeaders = {}, status = 0, failure } = exchange;
  const query = [...new URL(exchange.url).searchParams].map(([name, value]) => ({ name, value }));
  return {
    startedDateTime: exchange.at,
    time: exchange.durationMs,
    comment: `${provider}: ${caseId}`,
    request: {
      method: exchange.method,
      url: exchange.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headersOf(exchange.requestHeaders),
      queryString: query,
      ...(requestBody === undefined
        ? {}
        : { postData: { mimeType: exchange.requestHeaders['content-type'] ?? '', text: requestBody } }),
      headersSize: -1,
      bodySize: Buffer.byteLength(requestBody ?? ''),
    },
    response: {
      status,
      statusText: STATUS_CODES[status] ?? '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headersOf(responseHeaders),
      content: {
        size: Buffer.byteLength(responseBody),
        mimeType: responseHeaders['content-type'] ?? '',
        text: responseBody,
      },
      redirectURL: responseHeaders['location'] ?? '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: exchange.durationMs, receive: 0 },
    ...(failure === undefined ? {} : { _failure: failure }),
  };
}

function headersOf(headers: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
