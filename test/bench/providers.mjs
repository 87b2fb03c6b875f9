// Every provider with bulk calls: contacts one by one and in bulk, through the provider and the product's transport to the
// emulated vendor over loopback, beside a bare undici loop that sends the same requests again. Pace is open and the
// vendors' limits are out of the way (see leaping-sandbox.mjs), so what is measured is our own cost; what the vendor's
// published limits would allow is computed from the manifest and the requests that were counted.
import 'reflect-metadata';

import { fork } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { NestFactory } from '@nestjs/core';
import { applyWritten } from '@rekomi/provider-contract';
import { ProviderRegistry, ProviderRegistryModule } from '@rekomi/provider-registry';
import { Pool } from 'undici';

import { median, print, seconds } from './figures.mjs';
import { OpenConnection } from './open-connection.mjs';
import { startRecorder } from './recorder.mjs';

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    provider: { type: 'string' },
  },
});
const CONTACTS = Number(values.contacts);
const ROUNDS = Number(values.rounds);
/** What the engine has under way: single requests, and groups of a bulk vendor. */
const SINGLY_AT_ONCE = 64;
const GROUPS_AT_ONCE = 2;
/** The first contacts under way may each try to make the tag. */
const MADE_ONCE = 2 * SINGLY_AT_ONCE;

const context = await NestFactory.createApplicationContext(ProviderRegistryModule, { logger: false });
const providers = context
  .get(ProviderRegistry)
  .all()
  .filter(({ manifest, upsertContacts }) => manifest.capabilities.bulk && upsertContacts)
  .filter(({ manifest }) => values.provider === undefined || manifest.slug === values.provider);

try {
  const speeds = [];
  const allowances = [];
  for (const provider of providers) {
    for (const wish of ['joins', 'changes']) {
      for (const way of ['one by one', 'in bulk']) {
        const { ours, bare, requests, families } = await measure(provider, wish, way);
        const name = [
          provider.manifest.name,
          wish === 'joins' ? 'new, joins an audience' : 'gets a tag',
          way,
        ];
        speeds.push([...name, requests / CONTACTS, ours, bare, ours / bare]);
        allowances.push([...name, ...allowed(provider.manifest, families)]);
      }
    }
  }
  print([
    ['vendor', 'contact', 'sent', 'requests each', 'contacts/s', 'bare undici loop', 'ratio'],
    ...speeds.map((row) => row.map((cell, at) => (at === 3 ? cell.toFixed(3) : cell))),
  ]);
  print([
    [
      'vendor',
      'contact',
      'sent',
      'contacts/min at the vendor’s limit',
      'at our usual pace',
      'narrowest family',
    ],
    ...allowances,
  ]);
} finally {
  await context.close();
}

/** Medians of contacts a second; the requests of one round and their families. */
async function measure(provider, wish, way) {
  const { slug, capabilities } = provider.manifest;
  const size = way === 'in bulk' ? capabilities.bulk.maximumItems : 1;
  const sandbox = fork(path.join(import.meta.dirname, 'leaping-sandbox.mjs'), [slug]);
  const { url, account } = await new Promise((resolve) => sandbox.once('message', resolve));
  const control = (method, call) => controlCall(`${url}/_sandbox/${slug}/${call}`, method);
  const { audiences } = await control('GET', 'audiences');
  const joins = Array.from({ length: CONTACTS }, (_, index) => joining(index, audiences[0]?.id));

  /** Everything as at first; then, for a change, with everybody there. @returns what is to be sent */
  const prepare = async (connection) => {
    await control('POST', 'reset');
    connection.forget();
    if (wish === 'joins') return joins;
    const outcomes = await connection.send(joins, 1, SINGLY_AT_ONCE);
    await control('POST', 'settle');
    connection.families.clear();
    return joins.map((change, index) => changing(change, outcomes[index].written));
  };
  const send = (connection, changes) =>
    connection.send(changes, size, size === 1 ? SINGLY_AT_ONCE : GROUPS_AT_ONCE);

  const recorder = await startRecorder(url);
  const pool = new Pool(url, { connections: SINGLY_AT_ONCE, pipelining: 1 });
  const recorded = new OpenConnection(provider, account, recorder.url);
  const direct = new OpenConnection(provider, account, url);
  try {
    await recorded.verify();
    await direct.verify();
    const ours = [];
    const bare = [];
    let requests = [];
    let families = new Map();
    // Ids differ from run to run, so that requests can be sent again only where they were recorded.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const toRecord = await prepare(recorded);
      recorder.take();
      await send(recorded, toRecord);
      requests = recorder.take();
      families = new Map(recorded.families);
      const bareRate = CONTACTS / (await seconds(() => replay(pool, requests)));
      const changes = await prepare(direct);
      const ourRate = CONTACTS / (await seconds(() => send(direct, changes)));
      // The first round is for warming up.
      if (round > 0) bare.push(bareRate);
      if (round > 0) ours.push(ourRate);
    }
    return { ours: median(ours), bare: median(bare), requests: requests.length, families };
  } finally {
    await recorded.close();
    await direct.close();
    await pool.close();
    await recorder.close();
    sandbox.disconnect();
  }
}

function joining(index, audience) {
  const desired = {
    email: `ada+${index}@example.com`,
    firstName: 'Ada',
    lastName: `Number${index}`,
    fullName: `Ada Number${index}`,
    createdAt: '2026-04-05T19:32:25Z',
    status: 'approved',
    tags: ['Rekomi affiliate'],
    audiences: audience === undefined ? [] : [audience],
    attributes: {},
  };
  return { contactId: `contact-${index}`, desired };
}

function changing({ contactId, desired }, written) {
  const previous = applyWritten(undefined, written ?? {}, desired.email);
  return { contactId, desired: { ...desired, tags: ['Rekomi affiliate', 'gold'] }, previous };
}

/**
 * The same requests, in no order: nothing is built, read, masked or recorded. What is made once for all (a tag) is there
 * already and refused; more refusals than that would make it another measurement.
 */
async function replay(pool, requests) {
  let next = 0;
  let refused = 0;
  const worker = async () => {
    while (next < requests.length) {
      const request = requests[next++];
      const { statusCode, body } = await pool.request(request);
      await body.dump();
      if (statusCode >= 400 && (refused += 1) > MADE_ONCE)
        throw new Error(`${request.method} ${request.path}: ${statusCode} when sent again`);
    }
  };
  await Promise.all(Array.from({ length: SINGLY_AT_ONCE }, worker));
}

/** Contacts a minute that the limits of the manifest leave room for, and the family that is used up first. */
function allowed({ limits }, families) {
  const narrowest = (windowsOf) =>
    [...families]
      .map(([family, count]) => [(perMinute(windowsOf(limits[family])) * CONTACTS) / count, family])
      .sort(([one], [other]) => one - other)[0];
  const [most, family] = narrowest(({ ceiling, quotas = [] }) => [ceiling, ...quotas]);
  const [usual] = narrowest(({ usual, quotas = [] }) => [usual, ...quotas]);
  return [most, usual, family];
}

/** Allowances by the day are no matter of one minute. */
function perMinute(windows) {
  const rates = windows
    .filter(({ perMs }) => perMs <= 3_600_000)
    .map(({ requests, perMs }) => (requests * 60_000) / perMs);
  return Math.min(...rates);
}

async function controlCall(address, method) {
  const answer = await fetch(address, { method });
  if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
