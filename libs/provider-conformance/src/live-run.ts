import {
  isSuccess,
  type CrmProvider,
  type ProviderManifest,
  type WrittenContact,
} from '@rekomi/provider-contract';
import {
  VendorTransport,
  type CredentialSource,
  type ExchangeRecord,
  type PaceGate,
} from '@rekomi/transport';
import { randomBytes } from 'node:crypto';
import { CaseFailure, must } from './checks.js';
import type { RuleId } from './conformance-case.js';
import { Connection } from './connection.js';
import { WATCH_CASES } from './cases/watched.js';
import { told } from './landing.js';
import { ledger, SINCE, ulid } from './people.js';
import type { CaseReport, ConformanceReport } from './report.js';
import type { RunOptions } from './run.js';
import { memo, sourceOf } from './stage.js';
import type { Subject } from './subject.js';
import { Watch } from './watch.js';

export interface LiveOptions extends RunOptions {
  /** Gets what will be written where, before anything is, and what the clean-up did. */
  readonly say: (text: string) => void;
  /** The sandbox in place of the vendor, for trying the live mode itself out. */
  readonly sandboxUrl?: string;
}

/** What the cases of one live run share. */
interface Run {
  readonly provider: CrmProvider;
  readonly manifest: ProviderManifest;
  readonly connection: Connection;
  readonly audience: string | undefined;
  readonly email: string;
  /** What was written so far, for the clean-up. */
  book?: WrittenContact;
}

interface LiveCase {
  readonly id: string;
  readonly title: string;
  readonly rule: RuleId;
  readonly appliesTo?: (run: Run) => true | string;
  readonly run: (run: Run) => Promise<void>;
}

/**
 * Examines a provider against a real account, by the few cases that harm nothing: verification, the list of audiences,
 * and one invented person who is taken back and, where the vendor can, erased in the end.
 *
 * Credentials come from `environment` as `REKOMI_LIVE_<SLUG>_<FIELD>`, an audience to join, if wished, as
 * `REKOMI_LIVE_<SLUG>_AUDIENCE`.
 *
 * @returns what is missing, as text, when it cannot be run.
 */
export async function runLive(
  subject: Subject,
  environment: Readonly<Record<string, string | undefined>>,
  options: LiveOptions,
): Promise<ConformanceReport | string> {
  const { provider } = subject;
  const { manifest } = provider;
  const name = (field: string): string =>
    `REKOMI_LIVE_${manifest.slug.replaceAll('-', '_')}_${field.replace(/([a-z])([A-Z])/g, '$1_$2')}`.toUpperCase();
  const values: Record<string, string> = {};
  for (const field of manifest.credentials) {
    const value = environment[name(field.name)]?.trim();
    if (value !== undefined && value !== '') values[field.name] = value;
    else if (field.required) return `The environment lacks ${name(field.name)}.`;
  }
  const { now = Date.now, say } = options;
  const startedAt = now();
  const watch = new Watch();
  watch.guard(manifest, [values]);
  const records: ExchangeRecord[] = [];
  const transport = new VendorTransport({
    userAgent: 'rekomi-conformance',
    ...(options.sandboxUrl === undefined ? {} : { sandboxUrl: options.sandboxUrl }),
  });
  const open = (credentials: CredentialSource, region?: string): Connection => {
    const http = transport.open({
      manifest,
      environment: options.sandboxUrl === undefined ? 'live' : 'sandbox',
      credentials,
      pace: new EvenPace(manifest),
      record: (exchange) => records.push(exchange),
      signal: new AbortController().signal,
    });
    const access = {
      settings: Object.fromEntries(manifest.settings.map((field) => [field.name, field.default])),
      ...(region === undefined ? {} : { region }),
      has: (field: string) => credentials.has(field),
      hint: (field: string) => hintOf(manifest, values, field),
      memo: memo(),
      now,
    };
    return new Connection({ provider, watch, during: 'live', access, http, impatient: http });
  };

  try {
    const verification = await open(sourceOf(values)).verify();
    if (verification.kind !== 'valid')
      return `The credentials came to ${told(verification)}; nothing was written.`;
    const email = `rekomi-conformance+${randomBytes(6).toString('hex')}@example.com`;
    const audience = environment[name('audience')]?.trim();
    say(
      `Account ${verification.account.name ?? verification.account.id ?? 'without a name'} at ${manifest.name}. ` +
        `One invented person, ${email}, will be written there` +
        `${audience === undefined ? '' : `, put into audience ${audience}`} and taken back at the end. Nothing else is changed.`,
    );
    const run: Run = {
      provider,
      manifest,
      audience,
      email,
      connection: open(sourceOf(values), verification.region),
    };
    const cases: CaseReport[] = [];
    for (const one of LIVE_CASES) cases.push(await reportOf(one, run, options, now));
    say(await cleanUp(run));
    cases.push(...WATCH_CASES.map((watched) => watched.report(watch)));
    options.onExchanges?.('live', records);
    return {
      provider: { slug: manifest.slug, name: manifest.name, checkedOn: manifest.checkedOn },
      mode: 'live',
      startedAt: new Date(startedAt).toISOString(),
      durationMs: now() - startedAt,
      cases,
      unproven: [],
      passed: cases.every(({ status }) => status !== 'failed'),
    };
  } finally {
    await transport.close();
  }
}

const LIVE_CASES: readonly LiveCase[] = [
  {
    id: 'live-lists-audiences',
    title: 'The audiences of the account are listed to the end',
    rule: 'audiences',
    run: async ({ connection }) => {
      const seen = new Set<string>();
      let cursor: string | undefined;
      do {
        const page = await connection.list(cursor);
        must(page.kind === 'page', `the list came to ${told(page)}`);
        for (const { id } of page.audiences) seen.add(id);
        must(page.nextCursor === undefined || page.nextCursor !== cursor, 'the cursor does not move on');
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    },
  },
  {
    id: 'live-contact',
    title: 'An invented person is written, and the same wish again succeeds',
    rule: 'contacts',
    appliesTo: ({ manifest, audience }) =>
      manifest.audience.required && audience === undefined
        ? 'No audience was given, and one is required.'
        : true,
    run: async (run) => {
      const change = changeOf(run);
      const first = await run.connection.upsert(change);
      run.book = ledger(change, first);
      must(isSuccess(first), `the person came to ${told(first)}`);
      const again = await run.connection.upsert({ ...change, previous: run.book });
      must(isSuccess(again), `the same wish again came to ${told(again)}`);
    },
  },
  {
    id: 'live-event',
    title: 'An event is recorded on the person who is there',
    rule: 'events',
    appliesTo: ({ manifest, audience }) => {
      if (manifest.capabilities.events === 'none') return 'The vendor takes no events.';
      return manifest.audience.required && audience === undefined ? 'There is no person.' : true;
    },
    run: async ({ connection, email }) => {
      const at = connection.access.now();
      const outcome = await connection.track({
        contactId: 'conformance',
        email,
        eventId: `conformance-${at}`,
        dedupeId: ulid(at, 1),
        name: 'rekomi_conformance',
        occurredAt: new Date(at).toISOString(),
        data: { amount: 1250, currency: 'EUR' },
      });
      must(isSuccess(outcome), `the event came to ${told(outcome)}`);
    },
  },
];

function changeOf({ email, audience }: Run): Parameters<Connection['upsert']>[0] {
  return {
    contactId: 'conformance',
    desired: {
      email,
      firstName: 'Conformance',
      lastName: 'Check',
      fullName: 'Conformance Check',
      createdAt: SINCE,
      status: 'approved',
      tags: ['rekomi-conformance'],
      audiences: audience === undefined ? [] : [audience],
      attributes: {},
    },
  };
}

/** Takes back what the run wrote. The person was invented by it, so an erasure hits nobody else. */
async function cleanUp({ connection, email, manifest, book }: Run): Promise<string> {
  if (book === undefined) return 'Clean-up: nothing was written.';
  const taken = await settled(() => connection.remove({ contactId: 'conformance', previous: book }));
  if (!manifest.capabilities.eraseContact) {
    return `Clean-up: taking back came to ${taken}. The person ${email} remains; delete it at the vendor if you like.`;
  }
  const erased = await settled(() => connection.erase(email));
  return `Clean-up: taking back came to ${taken}, erasing came to ${erased}.`;
}

async function settled(ask: () => Promise<{ readonly kind: string }>): Promise<string> {
  try {
    return told(await ask());
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}

async function reportOf(
  one: LiveCase,
  run: Run,
  { onCase }: RunOptions,
  now: () => number,
): Promise<CaseReport> {
  const { id, title, rule } = one;
  const common = { id, title, rule, claims: [] };
  const applies = one.appliesTo?.(run) ?? true;
  const startedAt = now();
  let report: CaseReport;
  if (applies === true) {
    try {
      await one.run(run);
      report = { ...common, status: 'passed', durationMs: now() - startedAt };
    } catch (err) {
      if (!(err instanceof CaseFailure)) throw err;
      report = { ...common, status: 'failed', reason: err.message, durationMs: now() - startedAt };
    }
  } else {
    report = { ...common, status: 'not_applicable', reason: applies, durationMs: 0 };
  }
  onCase?.(report);
  return report;
}

function hintOf(
  manifest: ProviderManifest,
  values: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const field = manifest.credentials.find((one) => one.name === name);
  const value = values[name];
  if (field === undefined || value === undefined) return undefined;
  if (!field.secret) return value;
  return field.publicPart === undefined ? undefined : new RegExp(field.publicPart).exec(value)?.[1];
}

/** One request after the other at the usual pace: a real account belongs to somebody. */
class EvenPace implements PaceGate {
  private readonly free = new Map<string, number>();

  constructor(private readonly manifest: ProviderManifest) {}

  async acquire(family: string): Promise<{ readonly kind: 'go' }> {
    const limit = this.manifest.limits[family];
    const distance = limit === undefined ? 0 : limit.usual.perMs / limit.usual.requests;
    const at = Math.max(performance.now(), this.free.get(family) ?? 0);
    this.free.set(family, at + distance);
    await new Promise((resolve) => setTimeout(resolve, at - performance.now()));
    return { kind: 'go' };
  }

  release(): void {
    // Paced by time alone.
  }
}
