import type { BodyTemplate } from './body-template.js';
import { pointerOf, type FieldProblem } from './field-problem.js';
import type { JsonValue } from './json-value.js';
import { readText } from './placeholder.js';

const LONGEST_TEMPLATE = 16_384;
const MOST_PLACEHOLDERS = 100;
const DEEPEST = 16;

export type TemplateReading =
  | { readonly ok: true; readonly template: BodyTemplate }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

type Path = readonly (string | number)[];

/**
 * Checks a body template when it is saved, so that nothing but missing data can go wrong when it is used.
 *
 * @param json an object or a list with placeholders in its texts, or one text that is a single placeholder.
 */
export function readBodyTemplate(json: unknown): TemplateReading {
  const walk = new TemplateWalk();
  walk.visit(json, []);
  if (typeof json !== 'object' && !isWholePlaceholder(json)) {
    walk.add([], 'template_root', 'A template is an object, a list, or one placeholder such as "{{data}}".');
  }
  if (walk.placeholders > MOST_PLACEHOLDERS) {
    walk.add([], 'template_too_large', `At most ${MOST_PLACEHOLDERS} placeholders.`);
  }
  if (walk.problems.length === 0 && JSON.stringify(json).length > LONGEST_TEMPLATE) {
    walk.add([], 'template_too_large', `A template has at most ${LONGEST_TEMPLATE} characters.`);
  }
  return walk.problems.length > 0
    ? { ok: false, problems: walk.problems }
    : { ok: true, template: { json: json as JsonValue } };
}

class TemplateWalk {
  readonly problems: FieldProblem[] = [];
  placeholders = 0;

  add(path: Path, code: string, detail: string): void {
    // Twenty are more than anybody repairs at once.
    if (this.problems.length < 20) this.problems.push({ pointer: pointerOf(path), code, detail });
  }

  visit(node: unknown, path: Path): void {
    if (path.length > DEEPEST) {
      this.add([], 'template_too_deep', `A template is at most ${DEEPEST} levels deep.`);
    } else if (typeof node === 'string') {
      this.#text(node, path);
    } else if (Array.isArray(node)) {
      node.forEach((item, place) => this.visit(item, [...path, place]));
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (key.includes('{{'))
          this.add([...path, key], 'template_key', 'A key has no placeholders; only values have.');
        this.visit(value, [...path, key]);
      }
    } else if (
      typeof node === 'number' ? !Number.isFinite(node) : typeof node !== 'boolean' && node !== null
    ) {
      this.add(path, 'template_value', 'This is no JSON value.');
    }
  }

  #text(text: string, path: Path): void {
    const reading = readText(text);
    if (!reading.ok) return this.add(path, 'placeholder_unknown', reading.detail);
    this.placeholders += reading.parts.filter((part) => typeof part !== 'string').length;
  }
}

function isWholePlaceholder(json: unknown): boolean {
  const reading = typeof json === 'string' ? readText(json) : undefined;
  return reading?.ok === true && reading.parts.length === 1 && typeof reading.parts[0] === 'object';
}
