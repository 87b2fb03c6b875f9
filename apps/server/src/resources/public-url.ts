import { SiteAddress } from '@rekomi/identity';

/** Under which address people reach this server: the setting, else this machine and the port that is listened on. */
export class PublicUrl extends SiteAddress {
  #port: number;

  /** @param settings `PORT` counts until {@link listensOn} is told another one (0 takes any). */
  constructor(
    private readonly settings: { readonly PUBLIC_URL?: string | undefined; readonly PORT: number },
  ) {
    super();
    this.#port = settings.PORT;
  }

  get secure(): boolean {
    return this.base.startsWith('https://');
  }

  /** Without the setting people may come by any name of this machine. */
  get origin(): string | undefined {
    return this.settings.PUBLIC_URL === undefined ? undefined : new URL(this.settings.PUBLIC_URL).origin;
  }

  url(path: string): string {
    return `${this.base}${path}`;
  }

  listensOn(port: number): void {
    this.#port = port;
  }

  private get base(): string {
    return (this.settings.PUBLIC_URL ?? `http://localhost:${this.#port}`).replace(/\/+$/, '');
  }
}
