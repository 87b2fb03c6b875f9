import {
  isObject,
  unknownAnswer,
  type Failure,
  type FieldValue,
  type Warning,
} from '@rekomi/provider-contract';
import { failureOf } from './brevo.answers.js';
import type { BrevoCalls } from './brevo.calls.js';
import { OURS, type Wish } from './brevo.mapping.js';

/** Attributes that can be written: name → value of the type that the attribute has. */
export type Values = Readonly<Record<string, FieldValue>>;

export interface Fitting {
  readonly values: Values;
  readonly warnings: readonly Warning[];
  readonly failure?: Failure;
}

type Types = Readonly<Record<string, string>>;

const KEY = 'attributes';

/**
 * Brevo ignores attributes that the account does not have, and values of another type, without a word. So what is there
 * is looked up (once in a while), what is ours is created, and the rest is left out and told.
 */
export async function fit(calls: BrevoCalls, wishes: readonly Wish[]): Promise<Fitting> {
  if (wishes.length === 0) return { values: {}, warnings: [] };
  let types = await typesOf(calls);
  const values: Record<string, FieldValue> = {};
  const warnings: Warning[] = [];
  for (const { candidates, value } of wishes) {
    if (isFailure(types)) return { values: {}, warnings: [], failure: types };
    const [first = ''] = candidates;
    let name = candidates.find((candidate) => Object.hasOwn(types, candidate));
    if (name === undefined && first.startsWith(OURS) && calls.access.settings.createAttributes === true) {
      const made = await create(calls, first, typeFor(value), types);
      if (isFailure(made)) return { values: {}, warnings: [], failure: made };
      types = made;
      if (Object.hasOwn(made, first)) name = first;
    }
    if (name === undefined) {
      const detail = `The account has no attribute ${candidates.join(', ')}.`;
      warnings.push({ code: 'field_missing', field: first, detail });
      continue;
    }
    const type = types[name] ?? '';
    const fitted = converted(value, type);
    if (fitted === undefined) {
      const detail = `${name} is of the type "${type}" and takes no ${typeof value}; it was left out.`;
      warnings.push({ code: 'field_rejected', field: name, detail });
    } else values[name] = fitted;
  }
  return { values, warnings };
}

function converted(value: FieldValue, type: string): FieldValue | undefined {
  if (type === 'text') return String(value);
  if (type === 'float') return typeof value === 'number' ? value : undefined;
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  return undefined;
}

function typeFor(value: FieldValue): string {
  if (typeof value === 'number') return 'float';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}

async function typesOf(calls: BrevoCalls): Promise<Types | Failure> {
  const remembered = calls.access.memo.get(KEY);
  if (remembered !== undefined) return JSON.parse(remembered) as Types;
  const reading = await calls.attributes();
  if (reading.kind !== 'ok') return failureOf(reading);
  const { attributes } = reading.body;
  if (!Array.isArray(attributes)) return unknownAnswer();
  const normal = attributes.filter(isObject).filter(({ category }) => category === 'normal');
  return remember(calls, Object.fromEntries(normal.map(({ name, type }) => [String(name), String(type)])));
}

/** @returns the types with the new one; without it when the vendor declined and does not have it either. */
async function create(calls: BrevoCalls, name: string, type: string, types: Types): Promise<Types | Failure> {
  const reading = await calls.createAttribute(name, type);
  if (reading.kind === 'failed') return reading.failure;
  if (reading.kind === 'ok') {
    return reading.status === 201 ? remember(calls, { ...types, [name]: type }) : failureOf(reading);
  }
  // Somebody else may have created it meanwhile.
  calls.access.memo.forget(KEY);
  return typesOf(calls);
}

function remember(calls: BrevoCalls, types: Types): Types {
  calls.access.memo.set(KEY, JSON.stringify(types));
  return types;
}

function isFailure(types: Types | Failure): types is Failure {
  return 'kind' in types && 'code' in types;
}
