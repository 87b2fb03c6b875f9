import type { FastifyInstance } from 'fastify';

interface Route {
  readonly form: RegExp;
  readonly methods: Set<string>;
}

/** What tells "unknown address" from "known address, other method". */
export class RouteTable {
  static readonly #ofServer = new WeakMap<object, RouteTable>();

  readonly #methods = new Map<string, Route>();

  /** Notes every route that is added from now on. */
  static record(server: FastifyInstance): void {
    const table = new RouteTable();
    RouteTable.#ofServer.set(server.server, table);
    server.addHook('onRoute', ({ url, method }) => {
      table.#add(url, [method].flat());
    });
  }

  /** Methods that the address takes, sorted; empty for an unknown address or a server that was never recorded. */
  static methodsOf(server: FastifyInstance, path: string): readonly string[] {
    const routes = RouteTable.#ofServer.get(server.server)?.routes() ?? [];
    const found = new Set<string>();
    for (const { form, methods } of routes) {
      if (form.test(path)) methods.forEach((method) => found.add(method));
    }
    return [...found].sort();
  }

  private routes(): Iterable<Route> {
    return this.#methods.values();
  }

  #add(url: string, methods: readonly string[]): void {
    if (url === '*' || url === '/*') return;
    const route = this.#methods.get(url) ?? { form: formOf(url), methods: new Set<string>() };
    methods.forEach((method) => route.methods.add(method));
    this.#methods.set(url, route);
  }
}

function formOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    if (segment === '*') return '.*';
    return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}/?$`);
}
