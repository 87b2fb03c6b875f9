/** Under which address people reach this server: the setting, else this machine and the port that is listened on. */
export class PublicUrl {
  #port: number;

  /** @param settings `PORT` counts until {@link listensOn} is told another one (0 takes any). */
  constructor(
    private readonly settings: { readonly PUBLIC_URL?: string | undefined; readonly PORT: number },
  ) {
    this.#port = settings.PORT;
  }

  /** Browsers send cookies marked Secure to such an address only. */
  get secure(): boolean {
    return this.base.startsWith('https://');
  }

  /** Scheme, host and port, as browsers send it in `Origin`. */
  get origin(): string {
    return new URL(this.base).origin;
  }

  /** @param path begins with a slash: `/account/sign-in`. */
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
