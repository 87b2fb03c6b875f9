type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function mayBeNull(schema: Json | undefined): boolean {
  return schema?.['nullable'] === true || schema?.['x-nullable'] === true;
}

/**
 * The part of JSON Schema that vendors' descriptions really use: types, required and described keys, lists, enums,
 * references and combinations. Says where a value departs from its description.
 */
export class JsonSchema {
  constructor(private readonly document: Json) {}

  resolved(schema: unknown): Json {
    const found = record(schema) ?? {};
    const reference = found['$ref'];
    if (typeof reference !== 'string') return found;
    let place: unknown = this.document;
    for (const step of reference.slice(2).split('/')) place = record(place)?.[step];
    return this.resolved(place);
  }

  faults(value: unknown, described: unknown, at = ''): readonly string[] {
    const schema = this.resolved(described);
    // OpenAPI 3.0 and some of Swagger 2 write it beside the type; a reference can carry it as well.
    if (value === null && [schema, record(described)].some(mayBeNull)) return [];
    const own = this.ownFaults(value, schema, at);
    const all = ((schema['allOf'] ?? []) as unknown[]).flatMap((part) => this.faults(value, part, at));
    const choices = (schema['oneOf'] ?? schema['anyOf']) as unknown[] | undefined;
    if (choices === undefined) return [...own, ...all];
    const attempts = choices.map((choice) => this.faults(value, choice, at));
    const fits = attempts.some((faults) => faults.length === 0);
    return [...own, ...all, ...(fits ? [] : [`${at} fits none of its forms: ${attempts.flat().join('; ')}`])];
  }

  private ownFaults(value: unknown, schema: Json, at: string): readonly string[] {
    const type = typeOf(value);
    const wanted = schema['type'] === undefined ? [] : [schema['type']].flat();
    const fits =
      wanted.length === 0 || wanted.includes(type) || (type === 'integer' && wanted.includes('number'));
    if (!fits) return [`${at} is ${type}, described as ${wanted.join(' or ')}`];
    const choices = schema['enum'];
    if (Array.isArray(choices) && !choices.includes(value)) return [`${at} is none of ${choices.join(', ')}`];
    if (Array.isArray(value)) {
      return value.flatMap((item, index) => this.faults(item, schema['items'], `${at}[${index}]`));
    }
    const object = record(value);
    if (object === undefined) return [];
    const required = (schema['required'] ?? []) as string[];
    const missing = required.filter((key) => !(key in object)).map((key) => `${at}.${key} is missing`);
    const properties = record(schema['properties']) ?? {};
    const nested = Object.entries(object).flatMap(([key, inner]) =>
      this.faults(inner, properties[key] ?? schema['additionalProperties'], `${at}.${key}`),
    );
    return [...missing, ...nested];
  }
}
