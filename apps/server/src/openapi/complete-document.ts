import type { OpenAPIObject } from '@nestjs/swagger';
import { IDEMPOTENCY_HOURS, IDEMPOTENCY_KEY_LENGTH } from '@rekomi/http';
import { type Permission, PERMISSIONS } from '@rekomi/identity';

import { type ProblemResponseName, problemResponses, problemSchemas, statusOf } from './problem-responses.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const ALWAYS: readonly ProblemResponseName[] = [
  'Unauthorised',
  'Forbidden',
  'RateLimited',
  'InternalError',
  'Unavailable',
];

/** Adds what holds for every operation, so that no controller has to repeat it. */
export function completeDocument(
  document: OpenAPIObject,
  permissions: Readonly<Record<string, Permission>> = PERMISSIONS,
): OpenAPIObject {
  const paths = Object.entries(document.paths).map(([path, item]): [string, PathItem] => {
    const operations = METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined
        ? []
        : [[method, completeOperation(method, path, operation, permissions)] as const];
    });
    return [path, { ...item, ...Object.fromEntries(operations) }];
  });
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...problemSchemas },
      responses: problemResponses(),
      parameters: { IdempotencyKey: idempotencyKey },
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    `A fresh random value per operation, 1 to ${IDEMPOTENCY_KEY_LENGTH} characters, bare or quoted. ` +
    `A repeat with the same key and body within ${IDEMPOTENCY_HOURS} hours gets the stored answer with the header \`Idempotency-Replayed: true\` and changes nothing.`,
  schema: { type: 'string' as const, minLength: 1, maxLength: IDEMPOTENCY_KEY_LENGTH },
  example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
};

function completeOperation(
  method: (typeof METHODS)[number],
  path: string,
  operation: Operation,
  permissions: Readonly<Record<string, Permission>>,
): Operation {
  const problems = [...ALWAYS];
  if (path.includes('{')) problems.push('NotFound');
  if (method !== 'get' || (operation.parameters ?? []).length > 0) problems.push('BadRequest');
  if (method !== 'get' && method !== 'delete') problems.push('BodyTooLarge', 'UnsupportedMediaType');
  if (method !== 'get') problems.push('Conflict', 'Unprocessable');
  const responses = problems.map(
    (name) => [statusOf(name), { $ref: `#/components/responses/${name}` }] as const,
  );
  const parameters = method === 'post' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [];
  return {
    ...operation,
    ...accessOf(operation, permissions),
    parameters: [...(operation.parameters ?? []), ...parameters],
    responses: { ...Object.fromEntries(responses), ...operation.responses },
  };
}

/** What has no permission is open to everybody; a test sees to it that nothing else has none. */
function accessOf(
  { operationId = '' }: Operation,
  permissions: Readonly<Record<string, Permission>>,
): Pick<Operation, 'security'> & { readonly 'x-least-role'?: string } {
  const permission = permissions[operationId];
  if (permission === undefined) return { security: [] };
  return {
    'x-least-role': permission.role,
    ...(permission.apiKeys ? {} : { security: [{ session: [] }] }),
  };
}
