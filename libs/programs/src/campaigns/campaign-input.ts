import { type ApprovalRules, completeRules } from '../approval/approval-rules.js';
import { readRules, type RulesInput } from '../approval/read-rules.js';
import { cleanText } from '../names/clean-text.js';
import type { InputProblem } from '../program-problem.js';
import { storableText } from '../text.js';

export interface AutoApproveInput {
  readonly enabled?: boolean;
  /** Absent keeps; what is absent within keeps its value too. */
  readonly rules?: RulesInput;
}

const LONGEST_NAME = 200;
const LONGEST_URL = 2_000;
const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Gathers what is wrong with a campaign while it is read, so that everything is told at once. */
export class CampaignReading {
  readonly errors: InputProblem[] = [];

  name(given: string): string {
    const name = cleanText(given);
    if (name === '' || [...name].length > LONGEST_NAME) {
      this.#wrong('name', 'invalid_value', `A name has 1 to ${LONGEST_NAME} characters.`);
    }
    return name;
  }

  slug(given: string): string {
    const slug = given.trim();
    if (!SLUG.test(slug)) {
      const detail =
        'A slug has 1 to 63 lower-case letters (a to z), digits and hyphens, with no hyphen at its ends.';
      this.#wrong('slug', 'invalid_value', detail);
    } else if (UUID.test(slug)) {
      this.#wrong('slug', 'invalid_value', 'This looks like an id and would be taken for one.');
    }
    return slug;
  }

  /** Blank removes it. */
  description(given: string | null): string | null {
    const text = storableText(given ?? '').trim();
    return text === '' ? null : text;
  }

  /** Blank removes it. */
  termsUrl(given: string | null): string | null {
    const text = (given ?? '').trim();
    if (text === '') return null;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const good =
      url?.protocol === 'https:' &&
      url.username === '' &&
      url.password === '' &&
      url.hostname.includes('.') &&
      url.href.length <= LONGEST_URL;
    if (!good) {
      const detail = `A link that begins with https:// and names no user, at most ${LONGEST_URL} characters.`;
      this.#wrong('termsUrl', 'invalid_url', detail);
    }
    return good ? url.href : null;
  }

  rules(given: RulesInput, before: Partial<ApprovalRules>): ApprovalRules {
    const reading = readRules(given, completeRules(before), '#/autoApprove/rules');
    if (reading.ok) return reading.value;
    this.errors.push(...reading.errors);
    return completeRules(before);
  }

  #wrong(field: string, code: string, detail: string): void {
    this.errors.push({ pointer: `#/${field}`, code, detail });
  }
}
