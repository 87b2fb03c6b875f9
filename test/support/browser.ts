import { type Answer, Api, type CallOptions } from './api.js';

/** What pages of the product make a browser send by itself. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' } as const;

/** The REST API as one of our own pages calls it for somebody who is signed in: with cookie and CSRF token. */
export class Browser extends Api {
  private constructor(
    url: () => string,
    /** `name=value` */
    readonly cookie: string,
    private readonly csrfToken: string,
  ) {
    super(url, undefined);
  }

  /** The value of the cookie. */
  get sessionToken(): string {
    return this.cookie.slice(this.cookie.indexOf('=') + 1);
  }

  static async signIn(url: () => string, person: { email: string; password: string }): Promise<Browser> {
    return Browser.from(url, await post(`${url()}/v1/session`, JSON.stringify(person), 'application/json'));
  }

  /** By the one-time link of a first owner. */
  static async firstOwner(
    url: () => string,
    token: string,
    person: { name: string; email: string; password: string },
  ): Promise<Browser> {
    const form = new URLSearchParams(person).toString();
    const type = 'application/x-www-form-urlencoded';
    return Browser.from(url, await post(`${url()}/account/first/${token}`, form, type));
  }

  /** By the link that a colleague was mailed. */
  static async invited(
    url: () => string,
    acceptance: { token: string; name: string; email: string; password: string },
  ): Promise<Browser> {
    const address = `${url()}/v1/member-invitations/accept`;
    return Browser.from(url, await post(address, JSON.stringify(acceptance), 'application/json'));
  }

  override call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer<Body>> {
    const own = { ...OWN_PAGE, cookie: this.cookie, 'x-csrf-token': this.csrfToken };
    return super.call(method, path, body, { ...options, headers: { ...own, ...options.headers } });
  }

  /** @throws Error with the answer when it sets no cookie */
  private static async from(url: () => string, answer: Response): Promise<Browser> {
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined)
      throw new Error(`Nobody was signed in: ${answer.status} ${await answer.text()}`);
    const session = await fetch(`${url()}/v1/session`, { headers: { ...OWN_PAGE, cookie } });
    const { csrfToken } = (await session.json()) as { csrfToken: string };
    return new Browser(url, cookie, csrfToken);
  }
}

function post(address: string, body: string, type: string): Promise<Response> {
  const headers = { ...OWN_PAGE, 'content-type': type };
  return fetch(address, { method: 'POST', redirect: 'manual', headers, body });
}
