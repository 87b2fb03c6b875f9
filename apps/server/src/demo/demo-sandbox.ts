import type { Named } from './demo-api.js';

/** The insides of the emulated vendors as the demo uses them. */
export class DemoSandbox {
  constructor(private readonly url: string) {}

  /** The keys of the account that the emulated vendor has from the start, by field name. They are invented. */
  async firstAccount(vendor: string): Promise<Readonly<Record<string, string>>> {
    const { accounts } = await this.#request<{
      readonly accounts: readonly { readonly credentials: Readonly<Record<string, string>> }[];
    }>('GET', `${vendor}/accounts`);
    const [first] = accounts;
    if (first === undefined) throw new Error(`The sandbox has no account at ${vendor}.`);
    return first.credentials;
  }

  /** @returns the id of an audience of that account. */
  async audience(vendor: string, name: string): Promise<string> {
    const { audiences } = await this.#request<{ readonly audiences: readonly Named[] }>(
      'GET',
      `${vendor}/audiences`,
    );
    const found = audiences.find((audience) => audience.name === name);
    if (found === undefined) throw new Error(`The sandbox has no audience "${name}" at ${vendor}.`);
    return found.id;
  }

  async post(vendor: string, call: string, body: unknown): Promise<void> {
    await this.#request('POST', `${vendor}/${call}`, body);
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/_sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The sandbox answered ${method} ${path} with ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
