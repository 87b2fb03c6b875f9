import { Resolver } from 'node:dns/promises';

/**
 * All addresses of a name, asked for now.
 *
 * @throws the resolver's error when there is none; the request is not sent then.
 */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/**
 * Asks the machine's name servers directly. Not by `getaddrinfo`: that blocks one of four threads of the process for as
 * long as a slow name server likes, and it also believes `hosts` files and search domains, which lead inside.
 *
 * @param servers `address:port`; the machine's own unless told.
 */
export function nameServerResolver(servers?: readonly string[]): ResolveHost {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async (hostname) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (found.length > 0) return found;
    // Every name has one kind of address at least; the error of IPv4 is the one that people can use.
    throw four.status === 'rejected' ? four.reason : new Error('no address');
  };
}
