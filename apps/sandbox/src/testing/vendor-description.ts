import { readFileSync } from 'node:fs';
import { JsonSchema } from './json-schema.js';

type Json = Readonly<Record<string, unknown>>;

/** As `GET /_sandbox/{slug}/exchanges` gives it. */
export interface RecordedExchange {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
}

function at(value: unknown, ...steps: readonly string[]): unknown {
  return steps.reduce<unknown>((place, step) => (place as Json | undefined)?.[step], value);
}

/** Of a body or an answer in JSON, whichever of its media types it is called by. */
function jsonSchemaOf(message: unknown): unknown {
  const content = Object.entries((at(message, 'content') ?? {}) as Json);
  return at(content.find(([type]) => /^application\/([\w.]+\+)?json$/.test(type))?.[1], 'schema');
}

/** A vendor's OpenAPI file, to hold recorded requests and emulated answers against. */
export class VendorDescription {
  private readonly document: Json;
  private readonly schema: JsonSchema;

  constructor(file: string) {
    this.document = JSON.parse(readFileSync(file, 'utf8')) as Json;
    this.schema = new JsonSchema(this.document);
  }

  get hosts(): readonly string[] {
    return (this.document['servers'] as { url: string }[]).map((server) => new URL(server.url).host);
  }

  /** Where the request or its answer departs from the description; answers by status that it does not mention pass. */
  faults(exchange: RecordedExchange): readonly string[] {
    const { method, path, body, answer } = exchange;
    const operation = this.operation(method, path);
    if (operation === undefined) return [`${method} ${path} is not described`];
    const asked = this.schema.resolved(at(operation, 'requestBody'));
    const request = jsonSchemaOf(asked);
    const wrong = [];
    const takenWhole = answer.status === 200;
    if (takenWhole && request !== undefined && body !== '') {
      wrong.push(...this.schema.faults(JSON.parse(body), request, 'request'));
    }
    const response = this.schema.resolved(at(operation, 'responses', String(answer.status)));
    const schema = jsonSchemaOf(response);
    if (schema !== undefined) wrong.push(...this.schema.faults(JSON.parse(answer.body), schema, 'answer'));
    return wrong.map((fault) => `${method} ${path} ${answer.status}: ${fault}`);
  }

  private operation(method: string, path: string): unknown {
    const paths = Object.entries(this.document['paths'] as Json);
    const fitting = paths.filter(([template]) =>
      new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    );
    // `/contacts/tags` is no `/contacts/{id}`.
    const [found] = fitting.sort(([one], [other]) => one.split('{').length - other.split('{').length);
    return at(found?.[1], method.toLowerCase());
  }
}
