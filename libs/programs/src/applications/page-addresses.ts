/** Makes absolute addresses of this server's pages, for links in mails. */
export abstract class PageAddresses {
  /** @param path begins with a slash. */
  abstract url(path: string): string;
}
