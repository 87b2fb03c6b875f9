import type {
  Authorization,
  CredentialCheck,
  Failure,
  ProviderAccess,
  Right,
  Verification,
} from '@rekomi/provider-contract';
import { isObject, readAnswer, type Reading } from './customer-io.answers.js';
import { WITHOUT_APP_KEY } from './customer-io.manifest.js';
import { detectRegion, hostsOf, type Detection, type RegionName } from './customer-io.region.js';

const TRACK_CREDENTIALS: readonly string[] = ['siteId', 'trackApiKey'];
const APP_CREDENTIALS: readonly string[] = ['appApiKey'];

/**
 * Checks the Track credentials and the App key, each by a call that only reads. A key that is refused is tried where
 * the other kind of key belongs, because a swapped key is the likeliest mistake and the vendor's 401 can't tell it.
 */
export async function verifyCredentials(access: ProviderAccess): Promise<Verification> {
  const missing = TRACK_CREDENTIALS.filter((name) => !access.has(name));
  if (missing.length > 0) {
    const check: CredentialCheck = { credentials: missing, result: 'missing', code: 'credential_missing' };
    return { kind: 'rejected', code: 'credential_missing', credentials: missing, checks: [check] };
  }
  const track = await detectRegion(access);
  const trackCheck = await checkOfTrack(access, track);
  const app = await checkApp(access, track.kind === 'found' ? track.region : undefined);
  const checks = [trackCheck, app.check];
  const rejected = checks.filter(({ result }) => result === 'rejected');

  const [first] = rejected;
  if (first !== undefined) {
    return {
      kind: 'rejected',
      code: first.code ?? 'credentials_rejected',
      credentials: rejected.flatMap(({ credentials }) => credentials),
      ...(first.vendorMessage === undefined ? {} : { vendorMessage: first.vendorMessage }),
      checks,
    };
  }
  if (track.kind === 'failed') {
    const { vendorMessage } = track.failure;
    return {
      kind: 'unreachable',
      code: track.failure.code,
      ...(vendorMessage === undefined ? {} : { vendorMessage }),
      checks,
    };
  }
  const name = app.granted ? await workspaceName(access, track.region, track.workspaceId) : undefined;
  return {
    kind: 'valid',
    account: {
      ...(track.workspaceId === undefined ? {} : { id: track.workspaceId }),
      ...(name === undefined ? {} : { name }),
    },
    region: track.region,
    rights: rightsOf(app),
    checks,
  };
}

async function checkOfTrack(access: ProviderAccess, track: Detection): Promise<CredentialCheck> {
  if (track.kind === 'found') return { credentials: TRACK_CREDENTIALS, result: 'valid' };
  const { failure } = track;
  if (failure.kind !== 'unauthorised') return unreachable(TRACK_CREDENTIALS, failure);
  const asAppKey = await askSegments(access, 'trackApiKey', ['us', 'eu']);
  if (isAccepted(asAppKey)) {
    return {
      credentials: ['trackApiKey'],
      result: 'rejected',
      code: 'credential_of_other_kind',
      detail:
        'This is an App API key. The Track API key stands next to the Site ID on the tab "Track API keys".',
    };
  }
  return rejected(
    TRACK_CREDENTIALS,
    failure,
    'Customer.io does not accept this Site ID with this Track API key.',
  );
}

interface AppCheck {
  readonly check: CredentialCheck;
  readonly granted: boolean;
}

async function checkApp(access: ProviderAccess, region: RegionName | undefined): Promise<AppCheck> {
  if (!access.has('appApiKey')) {
    const check: CredentialCheck = {
      credentials: APP_CREDENTIALS,
      result: 'missing',
      code: 'credential_missing',
      detail: WITHOUT_APP_KEY,
    };
    return { check, granted: false };
  }
  const reading = await askSegments(access, 'appApiKey', region === undefined ? ['us', 'eu'] : [region]);
  if (reading.kind === 'ok')
    return { check: { credentials: APP_CREDENTIALS, result: 'valid' }, granted: true };
  const failure = failureOf(reading);
  return { check: await checkOfFailedApp(access, failure, region), granted: false };
}

async function checkOfFailedApp(
  access: ProviderAccess,
  failure: Failure,
  region: RegionName | undefined,
): Promise<CredentialCheck> {
  if (failure.code === 'right_missing') {
    const detail = 'The key is known, but the plan of the account does not include this part of the API.';
    return {
      credentials: APP_CREDENTIALS,
      result: 'valid',
      code: 'right_missing',
      detail,
      ...wordsOf(failure),
    };
  }
  if (failure.kind === 'unauthorised') {
    const asTrackKey = await detectRegion(access, { kind: 'basic', user: 'siteId', password: 'appApiKey' });
    if (asTrackKey.kind === 'found') {
      return {
        credentials: APP_CREDENTIALS,
        result: 'rejected',
        code: 'credential_of_other_kind',
        detail: 'This is a Track API key. App API keys stand on a tab of their own and are shown once.',
      };
    }
    return rejected(APP_CREDENTIALS, failure, 'Customer.io does not accept this App API key.');
  }
  if (failure.code === 'region_moved' && region !== undefined) {
    const detail = 'The key belongs to an account in another data centre than the Site ID.';
    return rejected(APP_CREDENTIALS, { ...failure, code: 'credentials_rejected' }, detail);
  }
  return unreachable(APP_CREDENTIALS, failure);
}

/** Lists segments with the named key as bearer, on one host after the other while the answer is "not here". */
async function askSegments(
  access: ProviderAccess,
  credential: string,
  regions: readonly RegionName[],
): Promise<Reading> {
  const [region, ...others] = regions;
  const reading = await askApp(access, { kind: 'bearer', credential }, region, '/v1/segments');
  if (others.length === 0 || reading.kind !== 'failed') return reading;
  const elsewhere =
    reading.failure.code === 'region_moved' || reading.failure.code === 'credentials_rejected';
  return elsewhere ? askSegments(access, credential, others) : reading;
}

/**
 * Whether the App API's workspace id is the Track API's `environment_id` is not confirmed: a match names the
 * workspace, and so does being the only one.
 */
async function workspaceName(
  access: ProviderAccess,
  region: RegionName,
  id: string | undefined,
): Promise<string | undefined> {
  const reading = await askApp(access, { kind: 'bearer', credential: 'appApiKey' }, region, '/v1/workspaces');
  const list = reading.kind === 'ok' ? reading.body.workspaces : undefined;
  const workspaces = Array.isArray(list) ? list.filter(isObject) : [];
  const own = workspaces.find((workspace) => id !== undefined && String(workspace.id) === id);
  const name = (own ?? (workspaces.length === 1 ? workspaces[0] : undefined))?.name;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

async function askApp(
  access: ProviderAccess,
  authorization: Authorization,
  region: RegionName | undefined,
  path: string,
): Promise<Reading> {
  const answer = await access.http.request({
    family: 'app',
    method: 'GET',
    host: hostsOf(region).app,
    path,
    authorization,
  });
  return readAnswer(answer, { door: 'app', now: access.now(), harmless: true, declines: [] });
}

function rightsOf({ check, granted }: AppCheck): readonly Right[] {
  const reason =
    check.result === 'unreachable'
      ? 'The App API could not be asked just now; verify the connection again.'
      : check.detail;
  const withAppKey = (name: string, lost: string): Right =>
    granted
      ? { name, granted }
      : { name, granted, detail: [lost, check.result === 'missing' ? ADD_APP_KEY : reason].join(' ') };
  return [
    { name: 'contacts', granted: true },
    { name: 'events', granted: true },
    withAppKey(
      'audiences',
      'Segments cannot be listed or created here; enter the id of a manual segment by hand.',
    ),
    withAppKey('read_back', 'What arrived cannot be read back, so there are no receipts and no preview.'),
    withAppKey(
      'keep_existing',
      'Whether a person already has a sign-up date cannot be seen; "missing only" then writes it with the first sync.',
    ),
  ];
}

const ADD_APP_KEY = 'An App API key grants it.';

function isAccepted(reading: Reading): boolean {
  return reading.kind === 'ok' || (reading.kind === 'failed' && reading.failure.code === 'right_missing');
}

function failureOf(reading: Exclude<Reading, { kind: 'ok' }>): Failure {
  return reading.kind === 'failed'
    ? reading.failure
    : { kind: 'unavailable', code: 'answer_unknown', status: reading.status };
}

function rejected(credentials: readonly string[], failure: Failure, detail: string): CredentialCheck {
  return { credentials, result: 'rejected', code: failure.code, detail, ...wordsOf(failure) };
}

function unreachable(credentials: readonly string[], failure: Failure): CredentialCheck {
  return { credentials, result: 'unreachable', code: failure.code, ...wordsOf(failure) };
}

function wordsOf({ vendorMessage }: Failure): { readonly vendorMessage?: string } {
  return vendorMessage === undefined ? {} : { vendorMessage };
}
