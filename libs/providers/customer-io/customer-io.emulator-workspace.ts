import type {
  Identifier,
  IdentifierKind,
  Person,
  Segment,
  SegmentRule,
  SegmentSeed,
  WorkspaceConfig,
} from './customer-io.emulator-model.js';

const FIRST_CIO_ID = 0xa3000000;

function looksLikeEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(value);
}

function follows(rule: SegmentRule, value: string): boolean {
  switch (rule.kind) {
    case 'equals':
      return value === rule.value;
    case 'at_least':
      return /^-?\d+(\.\d+)?$/.test(value) && Number(value) >= rule.value;
    case 'is_timestamp':
      return /^\d{1,11}$/.test(value);
  }
}

/** The people and segments of one workspace, and the rules by which an identifier finds a person. */
export class EmulatedWorkspace {
  readonly people = new Map<string, Person>();
  private readonly byId = new Map<string, Person>();
  private readonly byEmail = new Map<string, Person>();
  readonly segments = new Map<number, Segment>();
  /** Blocked identifier → all identifiers blocked together with it. */
  readonly suppressed = new Map<string, readonly string[]>();
  /** Event ids already seen; a repeat is dropped, whoever it is about. */
  readonly eventIds = new Set<string>();
  /** Events nobody has claimed yet, by their anonymous id. */
  readonly anonymous = new Map<string, Person['events']>();
  readonly claimedAnonymousIds = new Set<string>();
  duplicateEvents = 0;

  constructor(public config: WorkspaceConfig) {}

  get usesEmail(): boolean {
    return this.config.identifiers !== 'id_only';
  }

  get usesId(): boolean {
    return this.config.identifiers !== 'email_only';
  }

  /** The vendor tells the kind of a path identifier by its shape alone. */
  identifierOf(value: string): Identifier {
    if (value.startsWith('cio_')) return { kind: 'cio_id', value: value.slice(4) };
    if (this.config.identifiers === 'email_only') return { kind: 'email', value };
    return { kind: this.usesEmail && looksLikeEmail(value) ? 'email' : 'id', value };
  }

  enabled(kind: IdentifierKind): boolean {
    if (kind === 'email') return this.usesEmail;
    return kind === 'id' ? this.usesId : true;
  }

  /** Whether a value can be of that kind at all. */
  plausible(identifier: Identifier): boolean {
    return identifier.kind !== 'email' || looksLikeEmail(identifier.value);
  }

  find(identifier: Identifier): Person | undefined {
    if (!this.enabled(identifier.kind)) return undefined;
    if (identifier.kind === 'id') return this.byId.get(identifier.value);
    if (identifier.kind === 'email') return this.byEmail.get(identifier.value.toLowerCase());
    return this.people.get(identifier.value);
  }

  /** Look-up by address, which in a workspace without email identifiers is an ordinary attribute. */
  findByAddress(email: string): readonly Person[] {
    if (this.usesEmail) {
      const person = this.find({ kind: 'email', value: email });
      return person === undefined ? [] : [person];
    }
    const wanted = email.toLowerCase();
    return [...this.people.values()].filter(
      (person) => person.attributes.get('email')?.value.toLowerCase() === wanted,
    );
  }

  private suppressionKey(identifier: Identifier): string {
    return identifier.kind === 'email' ? `email:${identifier.value.toLowerCase()}` : `id:${identifier.value}`;
  }

  isSuppressed(identifier: Identifier): boolean {
    return this.suppressed.size > 0 && this.suppressed.has(this.suppressionKey(identifier));
  }

  suppress(identifiers: readonly Identifier[]): void {
    const group = identifiers.map((identifier) => this.suppressionKey(identifier));
    for (const key of group) this.suppressed.set(key, group);
  }

  /** @returns Whether it was blocked. */
  unsuppress(identifier: Identifier): boolean {
    const group = this.suppressed.get(this.suppressionKey(identifier));
    for (const key of group ?? []) this.suppressed.delete(key);
    return group !== undefined;
  }

  /** @param number Counts through all people of the emulator. @param at Milliseconds. */
  addPerson(number: number, at: number, cioId = (FIRST_CIO_ID + number).toString(16)): Person {
    const person: Person = {
      number,
      cioId,
      createdAt: Math.floor(at / 1000),
      id: undefined,
      email: undefined,
      unsubscribed: false,
      attributes: new Map(),
      events: [],
    };
    this.people.set(cioId, person);
    return person;
  }

  setId(person: Person, id: string | undefined): void {
    if (person.id !== undefined) this.byId.delete(person.id);
    person.id = id;
    if (id !== undefined) this.byId.set(id, person);
  }

  setEmail(person: Person, email: string | undefined): void {
    if (person.email !== undefined) this.byEmail.delete(person.email.toLowerCase());
    person.email = email;
    if (email !== undefined) this.byEmail.set(email.toLowerCase(), person);
  }

  removePerson(person: Person): void {
    this.setId(person, undefined);
    this.setEmail(person, undefined);
    this.people.delete(person.cioId);
    for (const segment of this.segments.values()) segment.members.delete(person);
  }

  addSegment(seed: SegmentSeed, at: number): Segment {
    const seconds = Math.floor(at / 1000);
    const { id, name, description, rule } = seed;
    const segment: Segment = {
      id,
      name,
      description,
      rule,
      createdAt: seconds,
      updatedAt: seconds,
      members: new Set(),
    };
    this.segments.set(segment.id, segment);
    return segment;
  }

  belongs(segment: Segment, person: Person): boolean {
    if (segment.rule === undefined) return segment.members.has(person);
    const value = person.attributes.get(segment.rule.attribute)?.value;
    if (value === undefined) return false;
    return follows(segment.rule, value);
  }

  /** In the order in which the people were created. */
  membersOf(segment: Segment): readonly Person[] {
    if (segment.rule === undefined) {
      return [...segment.members].sort((one, other) => one.number - other.number);
    }
    return [...this.people.values()].filter((person) => this.belongs(segment, person));
  }

  segmentsOf(person: Person): readonly Segment[] {
    return [...this.segments.values()].filter((segment) => this.belongs(segment, person));
  }

  nextSegmentId(): number {
    return Math.max(0, ...this.segments.keys()) + 1;
  }
}
