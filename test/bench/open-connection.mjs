// One connection to an emulated vendor through the product's own transport, at any pace. Counts requests by family.
import { VendorTransport, credentialHint } from '@rekomi/transport';

const OPEN = { acquire: () => Promise.resolve({ kind: 'go' }), release: () => undefined };

export class OpenConnection {
  /** Requests since the last `forget`, by family of endpoints. */
  families = new Map();
  #transport;
  #provider;
  #access;
  #remembered = new Map();

  constructor(provider, account, sandboxUrl) {
    const { manifest } = provider;
    this.#provider = provider;
    this.#transport = new VendorTransport({ sandboxUrl, userAgent: 'rekomi-bench' });
    const credentials = {
      has: (name) => (account.credentials[name] ?? '') !== '',
      reveal: (name) => account.credentials[name],
    };
    const http = this.#transport.open({
      manifest,
      environment: 'sandbox',
      credentials,
      pace: OPEN,
      record: () => undefined,
      signal: new AbortController().signal,
    });
    this.#access = {
      http: { request: (request) => this.#counted(http, request) },
      settings: Object.fromEntries(manifest.settings.map((field) => [field.name, field.default])),
      has: credentials.has,
      hint: (name) => credentialHint(manifest, credentials, name),
      memo: {
        get: (key) => this.#remembered.get(key),
        set: (key, value) => void this.#remembered.set(key, value),
        forget: (key) => void this.#remembered.delete(key),
      },
      now: Date.now,
    };
  }

  /** Finds the region, as connecting does. */
  async verify() {
    const found = await this.#provider.verify(this.#access);
    if (found.kind !== 'valid')
      throw new Error(
        `${this.#provider.manifest.name}: the keys are ${found.kind} ${JSON.stringify(found.checks)}`,
      );
    if (found.region !== undefined) this.#access.region = found.region;
    this.forget();
  }

  /** @returns outcomes, one for each change. */
  async send(changes, groupSize, groupsAtOnce) {
    const outcomes = [];
    let next = 0;
    const worker = async () => {
      while (next < changes.length) {
        const start = next;
        next += groupSize;
        const group = changes.slice(start, start + groupSize);
        const results =
          groupSize === 1
            ? [await this.#provider.upsertContact(this.#access, group[0])]
            : await this.#provider.upsertContacts(this.#access, group);
        for (const [index, outcome] of results.entries()) outcomes[start + index] = outcome;
      }
    };
    await Promise.all(Array.from({ length: groupsAtOnce }, worker));
    for (const { kind, code, vendorMessage } of outcomes)
      if (!['accepted', 'confirmed', 'unchanged'].includes(kind))
        throw new Error(`${this.#provider.manifest.name}: ${kind} ${code} ${vendorMessage ?? ''}`);
    return outcomes;
  }

  forget() {
    this.families.clear();
    this.#remembered.clear();
  }

  close() {
    return this.#transport.close();
  }

  #counted(http, request) {
    this.families.set(request.family, (this.families.get(request.family) ?? 0) + 1);
    return http.request(request);
  }
}
