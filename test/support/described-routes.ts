import type { Api } from './api.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

/** A route of the OpenAPI document. */
export interface DescribedRoute {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Names of its query parameters. */
  readonly query: readonly string[];
  /** Who may call it at all. */
  readonly open: 'to everybody' | 'to keys and people' | 'to people only';
  readonly hasIds: boolean;
}

export async function describedRoutes(api: Api): Promise<readonly DescribedRoute[]> {
  const { body } = await api.get<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      'operationId' in operation ? [routeOf(method, path, operation)] : [],
    ),
  );
}

function routeOf(method: string, path: string, operation: Operation): DescribedRoute {
  const { operationId, parameters = [], security } = operation;
  const isForPeople = security?.some((way) => 'session' in way) === true && security.length === 1;
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    open: security?.length === 0 ? 'to everybody' : isForPeople ? 'to people only' : 'to keys and people',
    // The vendors are the same for everybody.
    hasIds: path.includes('{') && !path.includes('{slug}'),
  };
}

/**
 * The path with its ids filled in: by the name of the parameter, or for `{id}` by the collection before it.
 *
 * @throws Error for an id that nobody gave: the route is new, and its resource has to be made first
 */
export function filledPath({ path }: DescribedRoute, ids: Readonly<Record<string, string>>): string {
  return path.replace(/\/([a-z-]+)\/\{(\w+)\}/g, (_, collection: string, name: string) => {
    const id = ids[name === 'id' ? collection : name];
    if (id === undefined) throw new Error(`There is no id for ${path}: make one of the ${collection} first.`);
    return `/${collection}/${id}`;
  });
}
