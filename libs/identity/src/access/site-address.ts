/** Under which address people reach this server. Provided by the application. */
export abstract class SiteAddress {
  /** Browsers send cookies marked Secure to such an address only. */
  abstract readonly secure: boolean;
  /** Scheme, host and port, as browsers send it in `Origin`. Undefined: whatever the request was sent to. */
  abstract readonly origin: string | undefined;
  /** @param path begins with a slash: `/account/sign-in`. */
  abstract url(path: string): string;
}
