/** Where a request goes. The address goes out byte for byte: parsing it as a URL would re-encode quotes and resolve dot segments. */
export interface VendorRoute {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
}

/** From a vendor's host and the target of a request to where it is sent. */
export type RouteOf = (host: string, target: string) => VendorRoute;

export const liveRoute: RouteOf = (host, target) => ({ origin: `https://${host}`, path: target });

/** To the emulated vendors: the host is the first part of the path there. @param url for instance `http://127.0.0.1:4300` */
export function sandboxRoute(url: string): RouteOf {
  const base = url.replace(/\/+$/, '');
  const pathStart = base.indexOf('/', base.indexOf('//') + 2);
  const origin = pathStart === -1 ? base : base.slice(0, pathStart);
  const folder = pathStart === -1 ? '' : base.slice(pathStart);
  return (host, target) => ({ origin, path: `${folder}/${host}${target}` });
}
