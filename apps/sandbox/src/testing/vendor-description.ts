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
    const request = at(asked, 'content', 'application/json', 'schema');
    const wrong = [];
    const takenWhole = answer.status === 200;
    if (takenWhole && request !== undefined && body !== '') {
      wrong.push(...this.schema.faults(JSON.parse(body), request, 'request'));
    }
    const response = this.schema.resolved(at(operation, 'responses', String(answer.status)));
    const schema = at(response, 'content', 'application/json', 'schema');
    if (schema !== undefined) wrong.push(...this.schema.faults(JSON.parse(answer.body), schema, 'answer'));
    return wrong.map((fault) => `${method} ${path} ${answer.status}: ${fault}`);
  }

  private operation(method: string, path: string): unknown {
    const paths = Object.entries(this.document['paths'] as Json);
    const found = paths.find(([template]) =>
      new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    );
    return at(found?.[1], method.toLowerCase());
  }
}
