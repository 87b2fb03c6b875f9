import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { readCurrency } from './money.js';
import type { CommissionPlan, Component, Occasion, Recurrence, Terms } from './plan.js';
import { readPercent } from './rate.js';

/** A part of a commission as people write it: `percent` for a share, `amount` in minor units for a fixed sum. */
export interface ComponentInput {
  /** `18`, `12.5`: per cent of the revenue, up to four decimals. */
  readonly percent?: string | number;
  readonly amount?: number;
  /** `every` unless told. */
  readonly on?: Occasion;
}

export interface TermsInput {
  readonly currency: string;
  readonly components: readonly ComponentInput[];
  /** What affiliates of a tier get in place of `components`. */
  readonly tiers?: readonly { readonly tier: string; readonly components: readonly ComponentInput[] }[];
  readonly recurring?: Recurrence | null;
}

export interface PlanInput extends TermsInput {
  readonly name: string;
  readonly regions?: readonly (TermsInput & {
    readonly name: string;
    readonly countries: readonly string[];
  })[];
}

export const OCCASIONS = ['every', 'first_of_affiliate', 'first_of_customer'] as const;
const LONGEST_NAME = 200;
const MOST_PARTS = 20;
const MOST_TIERS = 100;
const MOST_REGIONS = 300;

/** Reads a plan, with every fault at its place. */
export function readPlan(input: PlanInput): ProgramResult<CommissionPlan> {
  const reader = new PlanReader();
  const plan = reader.plan(input);
  return reader.errors.length === 0 ? granted(plan) : denied({ reason: 'invalid', errors: reader.errors });
}

class PlanReader {
  readonly errors: InputProblem[] = [];

  plan(input: PlanInput): CommissionPlan {
    const regions = input.regions ?? [];
    if (regions.length > MOST_REGIONS) this.#wrong('#/regions', `At most ${MOST_REGIONS} regions.`);
    const seen = new Map<string, string>();
    return {
      name: this.#name(input.name, '#/name'),
      terms: this.#terms(input, '#'),
      regions: regions.map((region, index) => {
        const place = `#/regions/${index}`;
        const name = this.#name(region.name, `${place}/name`);
        return {
          name,
          countries: this.#countries(region.countries, place, name, seen),
          terms: this.#terms(region, place),
        };
      }),
    };
  }

  #terms(input: TermsInput, place: string): Terms {
    const currency = readCurrency(input.currency);
    if (currency === undefined) {
      this.#wrong(`${place}/currency`, 'A currency of ISO 4217 in three letters: USD, EUR.');
    }
    const tiers = input.tiers ?? [];
    if (tiers.length > MOST_TIERS) this.#wrong(`${place}/tiers`, `At most ${MOST_TIERS} tiers.`);
    return {
      currency: currency ?? '',
      components: this.#components(input.components, `${place}/components`),
      tiers: this.#tiers(tiers, `${place}/tiers`),
      recurring: input.recurring == null ? null : this.#recurring(input.recurring, `${place}/recurring`),
    };
  }

  #tiers(inputs: NonNullable<TermsInput['tiers']>, place: string): Terms['tiers'] {
    const tiers = new Map<string, readonly Component[]>();
    for (const [index, { tier, components }] of inputs.entries()) {
      const name = this.#name(tier, `${place}/${index}/tier`);
      if (tiers.has(name)) this.#wrong(`${place}/${index}/tier`, `The tier “${name}” stands here twice.`);
      tiers.set(name, this.#components(components, `${place}/${index}/components`));
    }
    return Object.fromEntries(tiers);
  }

  #components(inputs: readonly ComponentInput[], place: string): readonly Component[] {
    if (inputs.length === 0 || inputs.length > MOST_PARTS) {
      this.#wrong(place, `A commission has 1 to ${MOST_PARTS} parts. One of 0 per cent pays nothing.`);
    }
    return inputs.flatMap((input, index) => this.#component(input, `${place}/${index}`));
  }

  #component({ percent, amount, on = 'every' }: ComponentInput, place: string): readonly Component[] {
    if ((percent === undefined) === (amount === undefined)) {
      this.#wrong(place, 'Either percent (of the revenue) or amount (in minor units), one of the two.');
      return [];
    }
    if (percent !== undefined) {
      const rate = readPercent(String(percent));
      if (rate !== undefined) return [{ kind: 'percentage', rate, on }];
      this.#wrong(`${place}/percent`, 'Per cent from 0 to 100 with up to four decimals: 18, 12.5.');
      return [];
    }
    if (amount !== undefined && Number.isSafeInteger(amount) && amount >= 0) {
      return [{ kind: 'fixed', amount, on }];
    }
    this.#wrong(`${place}/amount`, 'A whole number of minor units, not below zero: 1500 for 15.00 USD.');
    return [];
  }

  #recurring(recurring: Recurrence, place: string): Recurrence {
    for (const key of ['months', 'payments'] as const) {
      const count = recurring[key];
      if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= 1_200)) {
        this.#wrong(`${place}/${key}`, 'A whole number from 1 to 1,200. Leave it out for no end.');
      }
    }
    return recurring;
  }

  #countries(
    given: readonly string[],
    place: string,
    region: string,
    seen: Map<string, string>,
  ): readonly string[] {
    if (given.length === 0) this.#wrong(`${place}/countries`, 'A region has at least one country.');
    return given.map((one, index) => {
      const country = one.trim().toUpperCase();
      const earlier = seen.get(country);
      if (!/^[A-Z]{2}$/.test(country)) {
        this.#wrong(`${place}/countries/${index}`, 'A country of ISO 3166-1 in two letters: DE.');
      } else if (earlier !== undefined) {
        this.#wrong(`${place}/countries/${index}`, `${country} belongs to the region “${earlier}” already.`);
      }
      seen.set(country, region);
      return country;
    });
  }

  #name(given: string, pointer: string): string {
    const name = cleanText(given);
    if (name === '' || [...name].length > LONGEST_NAME) {
      this.#wrong(pointer, `A name has 1 to ${LONGEST_NAME} characters.`);
    }
    return name;
  }

  #wrong(pointer: string, detail: string): void {
    this.errors.push({ pointer, code: 'invalid_value', detail });
  }
}
