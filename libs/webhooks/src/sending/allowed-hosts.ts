/** `host:port` in lower case, as `hostAndPort` writes it. */
export type AllowedHosts = ReadonlySet<string>;

export const NO_ALLOWED_HOSTS: AllowedHosts = new Set();

/**
 * Reads the operator's list: `host:port`, separated by commas or spaces. Each opens exactly this host and port, also for
 * `http:` and inside the operator's own network, and nothing else: no patterns, no subdomains.
 *
 * @param text for instance `localhost:8080, hooks.internal:443, [::1]:9000`.
 */
export function readAllowedHosts(
  text: string,
): { readonly ok: true; readonly hosts: AllowedHosts } | { readonly ok: false; readonly detail: string } {
  const hosts = new Set<string>();
  for (const entry of text.split(/[\s,]+/).filter((one) => one !== '')) {
    const host = readEntry(entry);
    if (host === undefined) {
      return { ok: false, detail: `"${entry}" is not a host with a port, such as hooks.internal:443.` };
    }
    hosts.add(host);
  }
  return { ok: true, hosts };
}

/** What an address leads to, with its port written out. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

function readEntry(entry: string): string | undefined {
  const [, host = '', port = ''] = /^([^/?#@\\*]+):(\d{1,5})$/.exec(entry) ?? [];
  if (!URL.canParse(`http://${host}:${port}`)) return undefined;
  const url = new URL(`http://${host}:${port}`);
  return Number(port) === 0 ? undefined : hostAndPort(url);
}
