import { isISO31661Alpha2 } from 'class-validator';

import type { InputProblem } from '../program-problem.js';
import { asciiDomain } from './approval-reasons.js';
import type { AllowBlock, ApprovalRules } from './approval-rules.js';

type ListsInput = { readonly [List in keyof AllowBlock]?: readonly string[] };

/** Rules as they are asked for. What is absent keeps its value. */
export interface RulesInput {
  readonly emailDomains?: ListsInput;
  readonly countries?: ListsInput;
  readonly duplicates?: ApprovalRules['duplicates'];
  readonly confirmedAddress?: boolean;
}

export type RulesReading =
  | { readonly ok: true; readonly value: ApprovalRules }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/** Entries of one list. */
export const MOST_ENTRIES = 500;

/** @param pointer where the rules stand in the body. */
export function readRules(given: RulesInput, before: ApprovalRules, pointer: string): RulesReading {
  const errors: InputProblem[] = [];
  const lists = (
    field: 'emailDomains' | 'countries',
    read: (entry: string) => string | undefined,
    fault: Omit<InputProblem, 'pointer'>,
  ): AllowBlock => {
    const list = (name: keyof AllowBlock): readonly string[] => {
      const entries = given[field]?.[name];
      if (entries === undefined) return before[field][name];
      const place = `${pointer}/${field}/${name}`;
      if (entries.length > MOST_ENTRIES) {
        errors.push({ pointer: place, code: 'too_many', detail: `At most ${MOST_ENTRIES} entries.` });
        return [];
      }
      return distinct(
        entries.flatMap((entry, index) => {
          const value = read(entry);
          if (value !== undefined) return [value];
          errors.push({ pointer: `${place}/${index}`, ...fault });
          return [];
        }),
      );
    };
    return { allow: list('allow'), block: list('block') };
  };

  const value: ApprovalRules = {
    emailDomains: lists('emailDomains', readDomain, {
      code: 'invalid_domain',
      detail: 'The name of a domain: example.com. It stands for its sub-domains too.',
    }),
    countries: lists('countries', readCountry, {
      code: 'invalid_country',
      detail: 'A country by its two letters of ISO 3166-1: DE, US.',
    }),
    duplicates: given.duplicates ?? before.duplicates,
    confirmedAddress: given.confirmedAddress ?? before.confirmedAddress,
  };
  return errors.length === 0 ? { ok: true, value } : { ok: false, errors };
}

/** Takes `@example.com`, `*.example.com` and unicode names too. */
function readDomain(entry: string): string | undefined {
  const domain = asciiDomain(entry.trim().replace(/^@?(\*\.)?/, ''));
  const labels = domain.split('.');
  const fits =
    labels.length > 1 &&
    domain.length <= 253 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '');
  return fits ? domain : undefined;
}

function readCountry(entry: string): string | undefined {
  const code = entry.trim().toUpperCase();
  // Kosovo has no code of its own in the standard and is known by this one everywhere.
  return isISO31661Alpha2(code) || code === 'XK' ? code : undefined;
}

function distinct(entries: readonly string[]): readonly string[] {
  return [...new Set(entries)].sort();
}
