import { AxiosHeaders } from 'axios';
import type { AxiosAdapter, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { ConnectionPools } from './connection-pools.js';
import type { VendorExchange } from './vendor-exchange.js';

/** What our axios instance is called with: the exchange carries what must not pass through axios. */
export interface VendorAxiosConfig extends AxiosRequestConfig<string> {
  readonly url: string;
  readonly exchange: VendorExchange;
}

/**
 * Lets axios run on undici's pools. The address goes out byte for byte: it is cut by text, because parsing it as a URL
 * would re-encode quotes and resolve dot segments.
 */
export function undiciAdapter(pools: ConnectionPools): AxiosAdapter {
  return async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<Buffer>> => {
    const { exchange, url } = config as InternalAxiosRequestConfig<string> & VendorAxiosConfig;
    const pathStart = url.indexOf('/', url.indexOf('//') + 2);
    const body = config.data as string | undefined;
    const headers = outgoing(config.headers, body !== undefined);
    if (exchange.authorization !== undefined) headers.push(...exchange.authorization);
    const answer = await exchange.run((handler) => {
      pools.of(url.slice(0, pathStart)).dispatch(
        {
          path: url.slice(pathStart),
          method: (config.method ?? 'get').toUpperCase(),
          headers,
          body: body ?? null,
          headersTimeout: exchange.timeoutMs,
          bodyTimeout: exchange.timeoutMs,
        },
        handler,
      );
    });
    // The answer's headers stay with the exchange: axios would copy and normalise each one of them.
    return {
      data: answer.body,
      status: answer.status,
      statusText: '',
      headers: new AxiosHeaders(),
      config,
    };
  };
}

function outgoing(headers: InternalAxiosRequestConfig['headers'], withBody: boolean): string[] {
  const list: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    // axios presumes a form for every POST without a type, even for one without a body.
    if (typeof value !== 'string' || (lower === 'content-type' && !withBody)) continue;
    list.push(lower, value);
  }
  return list;
}
