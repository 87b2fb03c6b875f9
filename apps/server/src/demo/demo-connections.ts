import type { DemoApi, Identified, Named } from './demo-api.js';
import type { DemoSandbox } from './demo-sandbox.js';

interface Connection extends Identified {
  readonly provider: string;
  readonly environment: string;
  readonly state: string;
  readonly publicCredentials: Readonly<Record<string, string>>;
}

interface DemoAccount {
  readonly provider: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** Id; where it is not known, the account is asked. */
  readonly audience?: string;
  readonly defaultTags?: readonly string[];
}

/** Ids. */
export interface DemoConnections {
  readonly us: string;
  readonly eu: string;
  /** Its keys stopped working after it was connected. */
  readonly labs: string;
  readonly mailchimp: string;
  readonly klaviyo: string;
  readonly count: number;
}

/** A workspace of its own, so that nothing else depends on the keys that it loses. */
const LABS = { id: 1900, name: 'Acme Labs' };
const AFFILIATES = 'Affiliates';
/** States of a connection that nothing can be sent to any more. */
const ENDED = ['disconnecting', 'disabled'];

/** Connections to accounts of the sandbox. Each that is there already is met. */
export async function connectDemoAccounts(api: DemoApi, sandbox: DemoSandbox): Promise<DemoConnections> {
  const { data } = await api.get<{ readonly data: readonly Connection[] }>('connections?limit=200');
  const meetOrConnect = async (account: DemoAccount): Promise<string> =>
    data.find((one) => isTo(one, account))?.id ?? connect(api, account);
  const vendor = async (provider: string): Promise<string> => {
    const [credentials, audience] = await Promise.all([
      sandbox.firstAccount(provider),
      // Asking the vendor as well would take seconds of a start: Klaviyo lets its account be read 15 times a minute.
      sandbox.audience(provider, AFFILIATES),
    ]);
    return meetOrConnect({ provider, credentials, audience });
  };
  const [us, eu, labs, mailchimp, klaviyo] = await Promise.all([
    meetOrConnect({ provider: 'customer-io', credentials: workspaceKeys('us') }),
    meetOrConnect({ provider: 'customer-io', credentials: workspaceKeys('eu'), defaultTags: ['europe'] }),
    sandbox
      .post('customer-io', 'workspaces', LABS)
      .then(() => meetOrConnect({ provider: 'customer-io', credentials: workspaceKeys(String(LABS.id)) })),
    vendor('mailchimp'),
    vendor('klaviyo'),
  ]);
  await sandbox.post('customer-io', 'revoke', { workspace: LABS.name });
  return { us, eu, labs, mailchimp, klaviyo, count: 5 };
}

export async function findAudience(api: DemoApi, connection: string, name: string): Promise<Named> {
  const { data } = await api.get<{ readonly data: readonly Named[] }>(`connections/${connection}/audiences`);
  const found = data.find((audience) => audience.name === name);
  if (found === undefined) throw new Error(`The sandbox has no audience "${name}".`);
  return { id: found.id, name: found.name };
}

function workspaceKeys(name: string): DemoAccount['credentials'] {
  return {
    siteId: `sandbox-site-${name}`,
    trackApiKey: `sandbox-track-${name}`,
    appApiKey: `sandbox-app-${name}`,
  };
}

/** A vendor all of whose keys are secret has one account in the demo. */
function isTo(one: Connection, { provider, credentials }: DemoAccount): boolean {
  return (
    one.provider === provider &&
    one.environment === 'sandbox' &&
    !ENDED.includes(one.state) &&
    Object.entries(one.publicCredentials).every(([name, value]) => credentials[name] === value)
  );
}

async function connect(api: DemoApi, account: DemoAccount): Promise<string> {
  const { provider, credentials, defaultTags } = account;
  const request = { provider, environment: 'sandbox', credentials };
  const defaultAudience = account.audience ?? (await affiliatesIn(api, request));
  const created = await api.post<Identified>('connections', {
    ...request,
    ...(defaultTags === undefined ? {} : { defaultTags }),
    ...(defaultAudience === undefined ? {} : { defaultAudience }),
  });
  return created.id;
}

async function affiliatesIn(api: DemoApi, request: unknown): Promise<string | undefined> {
  const { audiences } = await api.post<{ readonly audiences?: readonly Named[] }>(
    'connections/verify',
    request,
  );
  return audiences?.find(({ name }) => name === AFFILIATES)?.id;
}
