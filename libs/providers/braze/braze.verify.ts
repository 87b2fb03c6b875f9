import {
  lacking,
  rejected,
  unknownAnswer,
  unreachable,
  type Failure,
  type ProviderAccess,
  type Right,
  type Verification,
} from '@rekomi/provider-contract';
import type { Reading } from './braze.answers.js';
import { ask } from './braze.api.js';
import { brazeManifest } from './braze.manifest.js';
import { exportUsers } from './braze.people.js';

const CREDENTIALS: readonly string[] = ['endpoint', 'apiKey'];
/** Nobody has it: the domain is reserved (RFC 2606). */
const NOBODY = 'rekomi-verification@nobody.invalid';

/**
 * Three calls that write nothing: an empty list of users, which an authorised key is told to fill; the list of
 * segments; a look at an address that nobody has. A key is good when one of them says so.
 */
export async function verifyKey(access: ProviderAccess): Promise<Verification> {
  const missing = lacking(access, CREDENTIALS);
  if (missing !== undefined) return missing;
  const region = brazeManifest.regions.find(({ hosts }) => hosts.rest === access.hint('endpoint'));
  if (region === undefined) {
    const detail = `This is none of Braze's REST endpoints. They look like rest.iad-01.braze.com or rest.fra-01.braze.eu.`;
    return rejected({ code: 'host_not_allowed' }, ['endpoint'], detail);
  }
  const looks: readonly [Look, Look, Look] = [
    lookOf(
      await askToTrack(access),
      (reading) => reading.kind === 'declined' && /^valid data must/i.test(reading.message),
    ),
    lookOf(
      await listSegments(access),
      (reading) => reading.kind === 'ok' && Array.isArray(reading.body.segments),
    ),
    await lookUp(access),
  ];
  const [track, segments, exports] = looks;
  if (!looks.some(({ kind }) => kind === 'granted' || kind === 'lacking')) {
    const failures = looks.flatMap((look) => ('failure' in look ? [look] : []));
    const lost = failures.find(({ kind }) => kind === 'unreachable');
    if (lost !== undefined) return unreachable(lost.failure, CREDENTIALS);
    const detail = `Braze does not know this key at ${region.label}. It was deleted or mistyped, or it belongs to another instance.`;
    return rejected(failures[0]?.failure ?? unknownAnswer(), CREDENTIALS, detail);
  }
  return {
    kind: 'valid',
    account: {},
    region: region.name,
    rights: [
      right('contacts', track, 'Neither people nor events can be written.', 'users.track'),
      right('events', track, 'Neither people nor events can be written.', 'users.track'),
      groupRight(access.has('subscriptionGroups')),
      right(
        'read_back',
        exports,
        'Nobody can be looked up, and nobody joins a subscription group.',
        'users.export.ids',
      ),
      right(
        'segments',
        segments,
        'Nothing is lost; the list of segments only helps to tell good keys from bad ones.',
        'segments.list',
      ),
    ],
    checks: [
      { credentials: CREDENTIALS, result: 'valid', detail: `The key belongs to ${region.label}.` },
      ...(access.has('subscriptionGroups')
        ? []
        : [{ credentials: ['subscriptionGroups'], result: 'missing' as const, detail: NO_GROUPS }]),
    ],
  };
}

const NO_GROUPS = brazeManifest.credentials[2].without;

type Look =
  | { readonly kind: 'granted' }
  /** The key is known and lacks this one permission. */
  | { readonly kind: 'lacking' }
  | { readonly kind: 'rejected' | 'unreachable'; readonly failure: Failure };

function lookOf(reading: Reading, says: (reading: Reading) => boolean): Look {
  if (says(reading)) return { kind: 'granted' };
  return reading.kind === 'failed' ? failedLook(reading.failure) : failedLook(unknownAnswer(reading.status));
}

function failedLook(failure: Failure): Look {
  if (failure.code === 'right_missing') return { kind: 'lacking' };
  return { kind: failure.code === 'credentials_rejected' ? 'rejected' : 'unreachable', failure };
}

function askToTrack(access: ProviderAccess): Promise<Reading> {
  const json = { attributes: [] };
  return ask(access, { family: 'track', method: 'POST', path: '/users/track', json, harmless: true });
}

function listSegments(access: ProviderAccess): Promise<Reading> {
  const query = { page: '0', sort_direction: 'asc' };
  return ask(access, { family: 'others', method: 'GET', path: '/segments/list', query, harmless: true });
}

async function lookUp(access: ProviderAccess): Promise<Look> {
  const finding = await exportUsers(access, NOBODY, ['email']);
  return finding.kind === 'users' ? { kind: 'granted' } : failedLook(finding.failure);
}

function right(name: string, { kind }: Look, lost: string, permission: string): Right {
  if (kind === 'granted') return { name, granted: true };
  const why =
    kind === 'unreachable'
      ? 'It could not be asked just now; verify again.'
      : `A key with the permission ${permission} grants it.`;
  return { name, granted: false, detail: `${lost} ${why}` };
}

function groupRight(named: boolean): Right {
  return named
    ? { name: 'audiences', granted: true }
    : { name: 'audiences', granted: false, detail: NO_GROUPS };
}
