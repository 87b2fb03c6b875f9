import { FAULT_NAMES, type Fault, isFaultName, parsedFault } from './fault.js';

/** Which request a rule is asked about. */
export interface FaultTarget {
  readonly slug: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
}

/** What a request holds; looked at only by rules that ask for it, and kept nowhere. */
export interface FaultCargo {
  readonly body: string;
}

export interface FaultRule {
  readonly id: number;
  readonly fault: Fault;
  readonly slug?: string;
  readonly host?: string;
  readonly method?: string;
  readonly pathPrefix?: string;
  /** Text that stands in the body: the address of one person, say. */
  readonly holds?: string;
  /** Matching requests that are let through first. */
  readonly after: number;
  /** Injections until the rule is used up. */
  readonly times?: number;
  /** From 0 to 1. */
  readonly probability: number;
  /** Milliseconds since 1970. */
  readonly until?: number;
  matched: number;
  injected: number;
}

export interface Injection extends FaultTarget {
  readonly number: number;
  readonly at: string;
  readonly fault: string;
  /** Absent when the request asked for it by its header. */
  readonly rule?: number;
}

const KEPT_INJECTIONS = 1000;

/** Decides which request meets which fault, and keeps count. */
export class FaultRules {
  private rules: FaultRule[] = [];
  private recent: Injection[] = [];
  private readonly totals = new Map<string, number>();
  private lastRule = 0;
  private injections = 0;

  constructor(
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  /** @returns The rule, or what is wrong with the input. */
  add(input: Readonly<Record<string, unknown>>): FaultRule | string {
    const { fault: name, param, slug, host, match, times, probability, seconds, after } = input;
    if (typeof name !== 'string' || !isFaultName(name))
      return `fault must be one of ${FAULT_NAMES.join(', ')}`;
    for (const [field, value] of Object.entries({ times, seconds, after, probability })) {
      if (value !== undefined && (typeof value !== 'number' || !(value >= 0)))
        return `${field} must be 0 or more`;
    }
    const { method, pathPrefix, holds } = (match ?? {}) as Record<string, unknown>;
    this.lastRule += 1;
    const rule: FaultRule = {
      id: this.lastRule,
      fault: param === undefined ? { name } : { name, param: String(param) },
      ...(typeof slug === 'string' ? { slug } : {}),
      ...(typeof host === 'string' ? { host } : {}),
      ...(typeof method === 'string' ? { method: method.toUpperCase() } : {}),
      ...(typeof pathPrefix === 'string' ? { pathPrefix } : {}),
      ...(typeof holds === 'string' && holds !== '' ? { holds } : {}),
      after: typeof after === 'number' ? after : 0,
      ...(typeof times === 'number' ? { times } : {}),
      probability: typeof probability === 'number' ? probability : 1,
      ...(typeof seconds === 'number' ? { until: this.now() + seconds * 1000 } : {}),
      matched: 0,
      injected: 0,
    };
    this.rules.push(rule);
    return rule;
  }

  /** The fault this request meets; it is counted as injected. */
  take(target: FaultTarget, header: string | undefined, cargo: FaultCargo): Fault | undefined {
    const asked = header === undefined ? undefined : parsedFault(header);
    if (asked !== undefined) {
      this.count(target, asked);
      return asked;
    }
    const rule = this.rules.find((candidate) => this.applies(candidate, target, cargo));
    if (rule === undefined) return undefined;
    rule.injected += 1;
    this.count(target, rule.fault, rule.id);
    return rule.fault;
  }

  private applies(rule: FaultRule, target: FaultTarget, { body }: FaultCargo): boolean {
    if (rule.until !== undefined && this.now() >= rule.until) return false;
    if (rule.times !== undefined && rule.injected >= rule.times) return false;
    if (rule.slug !== undefined && rule.slug !== target.slug) return false;
    if (rule.host !== undefined && rule.host !== target.host) return false;
    if (rule.method !== undefined && rule.method !== target.method) return false;
    if (rule.pathPrefix !== undefined && !target.path.startsWith(rule.pathPrefix)) return false;
    if (rule.holds !== undefined && !body.includes(rule.holds)) return false;
    rule.matched += 1;
    return rule.matched > rule.after && (rule.probability >= 1 || this.random() < rule.probability);
  }

  private count(target: FaultTarget, fault: Fault, rule?: number): void {
    this.injections += 1;
    this.totals.set(fault.name, (this.totals.get(fault.name) ?? 0) + 1);
    this.recent.push({
      number: this.injections,
      at: new Date(this.now()).toISOString(),
      fault: fault.name,
      ...target,
      ...(rule === undefined ? {} : { rule }),
    });
    if (this.recent.length >= KEPT_INJECTIONS * 2) this.recent = this.recent.slice(-KEPT_INJECTIONS);
  }

  list(): {
    readonly rules: readonly FaultRule[];
    readonly injected: Readonly<Record<string, number>>;
    readonly injections: readonly Injection[];
  } {
    return { rules: this.rules, injected: Object.fromEntries(this.totals), injections: this.recent };
  }

  /** Without an id every rule goes. The counts of what was injected stay. */
  remove(id?: number): void {
    this.rules = id === undefined ? [] : this.rules.filter((rule) => rule.id !== id);
  }
}
