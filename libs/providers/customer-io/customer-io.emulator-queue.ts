import type { Operation } from './customer-io.emulator-model.js';

/** A write between its answer and its effect. */
export interface PendingOperation {
  readonly workspace: number;
  /** When it was answered, in milliseconds. */
  readonly at: number;
  /** When it takes effect, in milliseconds. */
  readonly due: number;
  readonly operation: Operation;
}

interface Arrived extends PendingOperation {
  readonly arrival: number;
}

interface Line {
  readonly items: Arrived[];
  head: number;
}

function earlier(one: Arrived, other: Arrived): boolean {
  return one.due < other.due || (one.due === other.due && one.arrival < other.arrival);
}

/**
 * Writes that wait for their moment. There are no timers: whoever looks at the state first lets everything happen that
 * is due, so a test with its own clock sees exactly what it asked for. People and segment membership wait in lines of
 * their own, each in order of arrival, because at the vendor a join can overtake the person it is about.
 */
export class PendingQueue {
  private readonly people: Line = { items: [], head: 0 };
  private readonly segments: Line = { items: [], head: 0 };
  private arrivals = 0;

  push(pending: PendingOperation): void {
    const { kind } = pending.operation;
    const line = kind === 'segment_add' || kind === 'segment_remove' ? this.segments : this.people;
    const last = line.items.at(-1);
    // A shortened delay must not let a later write overtake an earlier one.
    this.arrivals += 1;
    line.items.push({ ...pending, due: Math.max(pending.due, last?.due ?? 0), arrival: this.arrivals });
  }

  /** When the next one takes effect, in milliseconds. */
  nextDue(): number | undefined {
    const line = this.first();
    return line.items[line.head]?.due;
  }

  /** The next one that is due, removed from the queue. */
  shift(now: number): PendingOperation | undefined {
    const line = this.first();
    const next = line.items[line.head];
    if (next === undefined || next.due > now) return undefined;
    line.head += 1;
    if (line.head === line.items.length) {
      line.items.length = 0;
      line.head = 0;
    } else if (line.head > 10_000) {
      line.items.splice(0, line.head);
      line.head = 0;
    }
    return next;
  }

  /** The line whose first item is earlier. */
  private first(): Line {
    const person = this.people.items[this.people.head];
    const segment = this.segments.items[this.segments.head];
    const peopleFirst = person !== undefined && (segment === undefined || earlier(person, segment));
    return peopleFirst ? this.people : this.segments;
  }

  /** In order of arrival. */
  waiting(): readonly PendingOperation[] {
    return [this.people, this.segments]
      .flatMap((line) => line.items.slice(line.head))
      .sort((one, other) => one.arrival - other.arrival);
  }

  get size(): number {
    return this.people.items.length - this.people.head + this.segments.items.length - this.segments.head;
  }

  clear(): void {
    for (const line of [this.people, this.segments]) {
      line.items.length = 0;
      line.head = 0;
    }
  }
}
