import { readFileSync } from 'node:fs';
import { JsonSchema } from './json-schema.js';
import { openApiOf } from './swagger-2.js';

type Json = Readonly<Record<string, unknown>>;

/** As `GET /_sandbox/{slug}/exchanges` gives it. */
export interface RecordedExchange {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
}

/** What one exchange came to, held against the description. */
export interface Examined {
  /** Where the request or its answer departs from it. */
  readonly faults: readonly string[];
  /** What it says nothing about. */
  readonly gaps: readonly string[];
}

function at(value: unknown, ...steps: readonly string[]): unknown {
  return steps.reduce<unknown>((place, step) => (place as Json | undefined)?.[step], value);
}

/** Of a body or an answer, by the kind of its media type. */
function schemaOf(message: unknown, kind: RegExp): unknown {
  const content = Object.entries((at(message, 'content') ?? {}) as Json);
  return at(content.find(([type]) => kind.test(type))?.[1], 'schema');
}

const JSON_TYPE = /^(?:application\/([\w.]+\+)?json|\*\/\*)$/;
const FORM_TYPE = /^application\/x-www-form-urlencoded$/;

/** A vendor's file in OpenAPI 3 or Swagger 2, to hold recorded requests and emulated answers against. */
export class VendorDescription {
  private readonly document: Json;
  private readonly schema: JsonSchema;
  private readonly bases: readonly string[];

  constructor(file: string) {
    this.document = openApiOf(JSON.parse(readFileSync(file, 'utf8')) as Json);
    this.schema = new JsonSchema(this.document);
    const paths = this.servers.map((url) => url.replace(/^https?:\/\/[^/]+/, '').replace(/\/$/, ''));
    this.bases = ['', ...new Set(paths)];
  }

  get hosts(): readonly string[] {
    return this.servers.map((url) => /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? '');
  }

  private get servers(): readonly string[] {
    return ((this.document['servers'] ?? []) as { url: string }[]).map(({ url }) => url);
  }

  describes({ method, path }: RecordedExchange): boolean {
    return this.operation(method, path) !== undefined;
  }

  /** Where the request or its answer departs from the description; what it does not describe passes. */
  faults(exchange: RecordedExchange): readonly string[] {
    const { method, path } = exchange;
    return this.describes(exchange) ? this.examine(exchange).faults : [`${method} ${path} is not described`];
  }

  examine(exchange: RecordedExchange): Examined {
    const { method, path, body, answer } = exchange;
    const found = this.operation(method, path);
    if (found === undefined) return { faults: [], gaps: [`${method} ${anonymous(path)}: the call`] };
    const { template, operation, shared } = found;
    const parameters = [...shared, ...((at(operation, 'parameters') ?? []) as unknown[])].map((one) =>
      this.schema.resolved(one),
    );
    const asked = inParts(this.parametersOf(parameters, exchange), this.bodyOf(operation, body));
    // What the vendor refuses is meant to be wrong now and then.
    const request = answer.status < 300 && answer.status !== 207 ? asked : { faults: [], gaps: asked.gaps };
    const { faults, gaps } = inParts(request, this.answerOf(operation, answer));
    return {
      faults: faults.map((fault) => `${method} ${path} ${answer.status}: ${fault}`),
      gaps: gaps.map((gap) => `${method} ${template}: ${gap}`),
    };
  }

  private parametersOf(parameters: readonly Json[], { query = '' }: RecordedExchange): Examined {
    const described = parameters.filter((one) => one['in'] === 'query');
    const sent = new URLSearchParams(query);
    const faults: string[] = [];
    for (const parameter of described) {
      const name = String(parameter['name']);
      const values = sent.getAll(name);
      if (values.length === 0 && parameter['required'] === true) faults.push(`query.${name} is missing`);
      const schema = this.schema.resolved(parameter['schema']);
      for (const value of values)
        faults.push(...this.schema.faults(typed(value, schema), schema, `query.${name}`));
    }
    const names = described.map(({ name }) => String(name).replace(/\[\]$/, ''));
    const unknown = [...new Set(sent.keys())].filter((name) => !names.includes(name.replace(/\[\]$/, '')));
    return { faults, gaps: unknown.map((name) => `the query parameter ${name}`) };
  }

  private bodyOf(operation: unknown, body: string): Examined {
    const asked = this.schema.resolved(at(operation, 'requestBody'));
    if (body === '') return { faults: asked['required'] === true ? ['request is missing'] : [], gaps: [] };
    const value = parsed(body);
    const schema = schemaOf(asked, value === undefined ? FORM_TYPE : JSON_TYPE);
    if (schema === undefined || this.saysNothing(schema)) return { faults: [], gaps: ['the body'] };
    const sent = value ?? Object.fromEntries(new URLSearchParams(body));
    return { faults: this.schema.faults(sent, schema, 'request'), gaps: [] };
  }

  private answerOf(operation: unknown, { status, body }: RecordedExchange['answer']): Examined {
    const responses = at(operation, 'responses');
    const response = at(responses, String(status)) ?? at(responses, 'default');
    if (response === undefined) return { faults: [], gaps: [`the answer ${status}`] };
    const schema = schemaOf(this.schema.resolved(response), JSON_TYPE);
    if (body === '') return { faults: [], gaps: [] };
    if (schema === undefined || this.saysNothing(schema))
      return { faults: [], gaps: [`the body of the answer ${status}`] };
    const value = parsed(body);
    return value === undefined
      ? { faults: ['answer is no JSON'], gaps: [] }
      : { faults: this.schema.faults(value, schema, 'answer'), gaps: [] };
  }

  /** `{"type": "object", "properties": {}}`: whatever comes fits. */
  private saysNothing(schema: unknown): boolean {
    const own = this.schema.resolved(schema);
    const words = [
      'properties',
      'items',
      'enum',
      'allOf',
      'oneOf',
      'anyOf',
      'required',
      'additionalProperties',
    ];
    const said = words.filter((word) => Object.keys(own[word] ?? {}).length > 0);
    return said.length === 0 && (own['type'] === undefined || own['type'] === 'object');
  }

  private operation(
    method: string,
    path: string,
  ):
    | { readonly template: string; readonly operation: unknown; readonly shared: readonly unknown[] }
    | undefined {
    const paths = Object.entries(this.document['paths'] as Json);
    const candidates = this.bases.flatMap((base) => (path.startsWith(base) ? [path.slice(base.length)] : []));
    const fitting = paths.filter(([template]) => {
      const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`);
      return candidates.some((one) => pattern.test(one));
    });
    // `/contacts/tags` is no `/contacts/{id}`.
    const [found] = fitting.sort(([one], [other]) => one.split('{').length - other.split('{').length);
    const operation = at(found?.[1], method.toLowerCase());
    if (found === undefined || operation === undefined) return undefined;
    const shared = (at(found[1], 'parameters') ?? []) as readonly unknown[];
    return { template: found[0], operation, shared };
  }
}

function inParts(...parts: readonly Examined[]): Examined {
  return { faults: parts.flatMap(({ faults }) => faults), gaps: parts.flatMap(({ gaps }) => gaps) };
}

/** The path without what differs from contact to contact. */
function anonymous(path: string): string {
  return path
    .split('/')
    .map((part) => (/[%@]|\d/.test(part) && !/^v?\d(\.\d)?$/.test(part) ? '{}' : part))
    .join('/');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A form, or no body that anybody could read.
    return undefined;
  }
}

/** A query holds texts; the description speaks of what they stand for. */
function typed(value: string, { type }: Json): unknown {
  if ((type === 'integer' || type === 'number') && value.trim() !== '' && !Number.isNaN(Number(value)))
    return Number(value);
  if (type === 'boolean' && ['true', 'false'].includes(value)) return value === 'true';
  return type === 'array' ? value.split(',') : value;
}
