type Json = Readonly<Record<string, unknown>>;

/** A description in Swagger 2 as OpenAPI 3 would say it, as far as the check reads it; any other as it is. */
export function openApiOf(document: Json): Json {
  if (document['swagger'] !== '2.0') return document;
  const paths = Object.entries((document['paths'] ?? {}) as Readonly<Record<string, Json>>);
  const base = typeof document['basePath'] === 'string' ? document['basePath'] : '';
  const consumes = (document['consumes'] ?? ['application/json']) as readonly string[];
  return {
    ...document,
    openapi: '3.0.0',
    servers: [{ url: `https://${String(document['host'])}${base}` }],
    paths: Object.fromEntries(
      paths.map(([path, item]) => [
        path,
        Object.fromEntries(
          Object.entries(item).map(([method, operation]) => [
            method,
            Array.isArray(operation) ? operation.map(parameterOf) : operationOf(operation as Json, consumes),
          ]),
        ),
      ]),
    ),
  };
}

function operationOf(operation: Json, consumes: readonly string[]): Json {
  const parameters = (operation['parameters'] ?? []) as readonly Json[];
  const body = parameters.find((one) => one['in'] === 'body');
  const form = parameters.filter((one) => one['in'] === 'formData');
  const types = (operation['consumes'] ?? consumes) as readonly string[];
  const responses = Object.entries((operation['responses'] ?? {}) as Readonly<Record<string, Json>>);
  return {
    ...operation,
    parameters: parameters.filter((one) => one !== body && !form.includes(one)).map(parameterOf),
    ...(body === undefined ? {} : { requestBody: bodyOf(body, types) }),
    ...(form.length === 0 ? {} : { requestBody: formOf(form) }),
    responses: Object.fromEntries(
      responses.map(([status, response]) => [
        status,
        response['schema'] === undefined
          ? response
          : { ...response, content: { 'application/json': { schema: response['schema'] } } },
      ]),
    ),
  };
}

/** What describes a value stands beside the name here, and under `schema` there. */
function parameterOf(parameter: unknown): unknown {
  const { name, in: place, required, ...schema } = parameter as Json;
  return '$ref' in schema ? parameter : { name, in: place, required, schema };
}

function bodyOf({ required, schema }: Json, types: readonly string[]): Json {
  return { required, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function formOf(fields: readonly Json[]): Json {
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [String(field['name']), field])),
    required: fields.filter(({ required }) => required === true).map(({ name }) => name),
  };
  return { required: true, content: { 'application/x-www-form-urlencoded': { schema } } };
}
