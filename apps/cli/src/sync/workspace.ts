import { UsageError } from '../usage-error.js';

/** The Customer.io workspace to connect. */
export interface Workspace {
  readonly environment: 'live' | 'sandbox';
  readonly credentials: Readonly<Record<string, string>> & { readonly siteId: string };
}

const SANDBOX: Workspace = {
  environment: 'sandbox',
  credentials: {
    siteId: 'sandbox-site-us',
    trackApiKey: 'sandbox-track-us',
    appApiKey: 'sandbox-app-us',
  },
};

/**
 * The real workspace when its keys are in the environment, otherwise the sandbox.
 *
 * @throws UsageError when only some of the keys are set
 */
export function chooseWorkspace(env: Readonly<NodeJS.ProcessEnv>, forceSandbox: boolean): Workspace {
  const siteId = env['CUSTOMERIO_SITE_ID']?.trim();
  const trackApiKey = env['CUSTOMERIO_TRACK_API_KEY']?.trim();
  const appApiKey = env['CUSTOMERIO_APP_API_KEY']?.trim();
  if (forceSandbox || (!siteId && !trackApiKey && !appApiKey)) return SANDBOX;
  if (siteId && trackApiKey) {
    return {
      environment: 'live',
      credentials: { siteId, trackApiKey, ...(appApiKey ? { appApiKey } : {}) },
    };
  }
  const missing = siteId ? 'CUSTOMERIO_TRACK_API_KEY' : 'CUSTOMERIO_SITE_ID';
  throw new UsageError(
    `${missing} is not set. A real workspace needs CUSTOMERIO_SITE_ID and CUSTOMERIO_TRACK_API_KEY; --sandbox uses the sandbox.`,
  );
}
