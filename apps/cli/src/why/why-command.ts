import { ApiClient } from '../api/api-client.js';
import type { Affiliate, Timeline } from '../api/answers.js';
import { CliFailure } from '../cli-failure.js';
import { findInstallation, requireApiKey } from '../installation/installation.js';
import { Terminal } from '../terminal/terminal.js';
import { whyText } from './why-text.js';

export interface WhyOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** Why somebody is, or is not, in the tools that affiliates are sent to. */
export async function whyCommand(
  email: string,
  options: WhyOptions,
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<number> {
  const installation = findInstallation(env, options.url);
  const api = new ApiClient({ url: installation.url, apiKey: requireApiKey(installation), signal });
  const found = await api.get<{ readonly data: readonly Affiliate[] }>('affiliates', { email, limit: 1 });
  const [affiliate] = found.data;
  if (affiliate === undefined) {
    throw new CliFailure(
      `No affiliate has the address ${email}.`,
      'Letter case does not matter. Add the person with POST /v1/affiliates, or with: rekomi sync <file>',
    );
  }
  const timeline = await api.get<Timeline>(`affiliates/${affiliate.id}/timeline`);
  const terminal = new Terminal({ json: options.json === true, quiet: false });
  terminal.result({ affiliate, timeline }, whyText(affiliate, timeline));
  return 0;
}
