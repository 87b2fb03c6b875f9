import type {
  Answered,
  NamedFailures,
  PositiveSign,
  ProviderCall,
  SignDemand,
  SignSubject,
  VendorRequest,
} from '@rekomi/provider-contract';

/** A request and what was answered. */
export interface Exchange {
  readonly request: VendorRequest;
  readonly answer: Answered;
}

/** What one item of a call can be told by. */
export interface Item {
  readonly email: string;
  /** Further texts that stand in requests about it alone: the id of an event. */
  readonly marks: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** How many different requests about the item the vendor said yes to, by what stands because of them. */
export type SignCounts = Partial<Record<SignSubject, number>>;

/** Reads the signs of one vendor. Shares no code with any provider. */
export class SignReader {
  private readonly compiled: readonly {
    readonly sign: PositiveSign;
    readonly path: RegExp;
    readonly method: string;
  }[];

  constructor(readonly signs: readonly PositiveSign[]) {
    this.compiled = signs.map((sign) => {
      const [method = '', path = ''] = sign.request.split(' ');
      const pattern = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[a-z]+/gi, '[^/?]+');
      return { sign, method, path: new RegExp(`^${pattern}(\\?.*)?$`) };
    });
  }

  /** @param alone The call is about this item only, so every request of it is. */
  count(call: ProviderCall, exchanges: readonly Exchange[], item: Item, alone: boolean): SignCounts {
    const taken: Partial<Record<SignSubject, Set<string>>> = {};
    for (const { request, answer } of exchanges) {
      for (const { sign, method, path } of this.compiled) {
        if (method !== request.method || !path.test(request.path) || !sign.calls.includes(call)) continue;
        if (!isAmong(answer.status, sign.status)) continue;
        if (!alone && !isAbout(request, item)) continue;
        const demands = Object.entries(sign.body ?? {});
        if (!demands.every(([place, demand]) => isMet(answer.body, place, demand, request, item))) continue;
        (taken[sign.of] ??= new Set()).add(keyOf(request));
      }
    }
    return Object.fromEntries(Object.entries(taken).map(([of, requests]) => [of, requests.size]));
  }

  /** Signs that these exchanges bear out. */
  met(call: ProviderCall, exchanges: readonly Exchange[], item: Item): readonly PositiveSign[] {
    return this.signs.filter((sign) => {
      const alone = new SignReader([sign]);
      return Object.keys(alone.count(call, exchanges, item, true)).length > 0;
    });
  }
}

/** What a request says: two that say the same count once. */
function keyOf(request: VendorRequest): string {
  return `${request.method} ${request.path} ${textOf(request)}`;
}

export function textOf({ json, jsonText, form }: Pick<VendorRequest, 'json' | 'jsonText' | 'form'>): string {
  return jsonText ?? (json === undefined && form === undefined ? '' : JSON.stringify(json ?? form));
}

function isAmong(status: number, wanted: PositiveSign['status']): boolean {
  return wanted === 'success' ? status >= 200 && status < 300 && status !== 207 : wanted.includes(status);
}

function isAbout(request: VendorRequest, item: Item): boolean {
  const text = `${request.path} ${textOf(request)}`;
  return [item.email, encodeURIComponent(item.email), ...item.marks].some((mark) => text.includes(mark));
}

function isMet(
  body: unknown,
  place: string,
  demand: SignDemand,
  request: VendorRequest,
  item: Item,
): boolean {
  const value = at(body, place);
  if (demand === 'id') {
    return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' && value !== '';
  }
  if (demand === 'address') return isAddress(value, item.email);
  if (demand === 'list of the address') {
    return Array.isArray(value) && value.some((one) => isAddress(one, item.email));
  }
  if (demand === 'nothing') return isNothing(value);
  if (demand === 'something') return !isNothing(value);
  if (demand === 'count') return Number(value) > 0;
  if (demand === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if ('is' in demand) return String(value).toLowerCase() === String(demand.is).toLowerCase();
  return namesOthersOnly(value, demand.named, request, item);
}

function namesOthersOnly(value: unknown, named: NamedFailures, request: VendorRequest, item: Item): boolean {
  if (isNothing(value)) return true;
  if (!Array.isArray(value)) return false;
  const sent = JSON.parse(textOf(request)) as Json;
  return (value as readonly unknown[]).every((entry) => {
    if (named.index === undefined) return typeof entry === 'string' && !isAddress(entry, item.email);
    const index = at(entry, named.index);
    const lists = named.items.filter(
      (list) => Array.isArray(sent[list]) && (named.array === undefined || at(entry, named.array) === list),
    );
    if (typeof index !== 'number' || !Number.isInteger(index) || lists.length === 0) return false;
    return lists.every((list) => {
      const items = sent[list] as readonly unknown[];
      const meant = index >= 0 && index < items.length ? JSON.stringify(items[index]) : undefined;
      return (
        meant !== undefined &&
        ![item.email, ...item.marks].some((mark) => meant.includes(JSON.stringify(mark)))
      );
    });
  });
}

function isAddress(value: unknown, email: string): boolean {
  return String(value).trim().toLowerCase() === email.trim().toLowerCase();
}

function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isNothing);
  if (typeof value === 'string') return value.trim() === '';
  return value === undefined || value === null || value === 0 || value === false;
}

function at(body: unknown, place: string): unknown {
  let value = body;
  for (const key of place === '' ? [] : place.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Json)[key];
  }
  return value;
}
