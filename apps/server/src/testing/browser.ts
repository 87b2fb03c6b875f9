import type { Reply, ServedModules } from './served-modules.js';

const BROWSER = { accept: 'text/html,application/xhtml+xml' };

/** What people and scripts of other sites send to public pages. */
export class Browser {
  constructor(private readonly served: ServedModules) {}

  /** Somebody opens a page. */
  open(path: string): Promise<Reply> {
    return this.served.send('GET', path, { headers: BROWSER });
  }

  /** Somebody sends a form; names with several values have a list. */
  post(path: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Reply> {
    const body = new URLSearchParams(
      Object.entries(fields).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      ),
    );
    return this.served.send('POST', path, {
      headers: { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
  }

  /** A script of some site sends JSON. */
  postJson(path: string, body: unknown): Promise<Reply> {
    return this.served.send('POST', path, {
      headers: { 'content-type': 'application/json', origin: 'https://www.example.net' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}
