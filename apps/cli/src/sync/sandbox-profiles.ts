import { setTimeout as sleep } from 'node:timers/promises';

import { CliFailure } from '../cli-failure.js';
import type { Landed } from './account.js';
import { APPROVED_EVENT } from './read-standings.js';

export interface SandboxProfile {
  readonly email: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly segments: readonly string[];
}

interface SandboxEvent {
  readonly email: string | null;
  readonly name: string;
  /** The vendor drops a second event with the same one. */
  readonly id?: string;
}

export interface SandboxReading extends Landed {
  readonly shown: readonly SandboxProfile[];
  /** Profiles whose `created_at` is there already; it is added after a look-up, a few a second. */
  readonly withCreatedAt: number;
}

/** What the sandbox is expected to hold. */
export interface Expected {
  readonly siteId: string;
  readonly people: readonly string[];
  readonly eventsOf: readonly string[];
}

const ROWS = 20_000;
const SHOWN = 5;
/** Like the vendor, the sandbox applies a moment after it has answered. */
const APPLIED_WITHIN_MS = 5_000;

/**
 * Reads back what landed, from the sandbox's own insides and not from the product.
 *
 * @throws CliFailure when the sandbox does not answer
 */
export async function readSandbox(
  sandboxUrl: string,
  expected: Expected,
  signal: AbortSignal,
): Promise<SandboxReading> {
  const deadline = performance.now() + APPLIED_WITHIN_MS;
  for (;;) {
    const reading = await readOnce(sandboxUrl, expected, signal);
    const complete =
      reading.profiles === expected.people.length && reading.events === expected.eventsOf.length;
    if (complete || performance.now() > deadline) return reading;
    await sleep(200, undefined, { signal });
  }
}

async function readOnce(
  sandboxUrl: string,
  { siteId, people, eventsOf }: Expected,
  signal: AbortSignal,
): Promise<SandboxReading> {
  const list = <T>(name: string): AsyncGenerator<T, void, undefined> =>
    rows(`${sandboxUrl}/_sandbox/customer-io/${name}?workspace=${encodeURIComponent(siteId)}`, name, signal);
  const wanted = new Set(people.map(addressKey));
  const found: SandboxProfile[] = [];
  for await (const profile of list<SandboxProfile>('people')) {
    if (wanted.has(addressKey(profile.email))) found.push(profile);
  }
  const wantedEvents = new Set(eventsOf.map(addressKey));
  const told = new Set<string>();
  const ids = new Set<string>();
  let repeatedEvents = 0;
  for await (const { email, name, id } of list<SandboxEvent>('events')) {
    if (name !== APPROVED_EVENT || !wantedEvents.has(addressKey(email))) continue;
    told.add(addressKey(email));
    if (id !== undefined && ids.has(id)) repeatedEvents += 1;
    ids.add(id ?? '');
  }
  const byAddress = new Map(found.map((profile) => [addressKey(profile.email), profile]));
  return {
    profiles: found.length,
    events: told.size,
    repeatedEvents,
    missing: people.filter((email) => !byAddress.has(addressKey(email))),
    shown: people.slice(0, SHOWN).flatMap((email) => byAddress.get(addressKey(email)) ?? []),
    withCreatedAt: found.filter((profile) => profile.attributes['created_at'] !== undefined).length,
  };
}

async function* rows<T>(url: string, name: string, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  let after: number | null = 0;
  do {
    const page = await readPage(`${url}&limit=${ROWS}&after=${after}`, signal);
    yield* page[name] as readonly T[];
    after = page['next'] as number | null;
  } while (after !== null);
}

async function readPage(url: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return (await response.json()) as Record<string, unknown>;
    throw new Error(`status ${response.status}`);
  } catch (err) {
    signal.throwIfAborted();
    const reason = err instanceof Error ? err.message : String(err);
    throw new CliFailure(
      `The sandbox at ${new URL(url).origin} does not answer: ${reason}.`,
      'npm start runs one; SANDBOX_URL names another.',
    );
  }
}

function addressKey(email: string | null): string {
  return (email ?? '').normalize('NFC').toLowerCase();
}
