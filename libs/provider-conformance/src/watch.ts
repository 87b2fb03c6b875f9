import type { EmulatedAccount, ProviderManifest } from '@rekomi/provider-contract';

/** What holds for every call of every case. */
export type WatchedRule = 'throws' | 'unknown-outcome' | 'foreign-host' | 'changed-input' | 'secret';

export interface Breach {
  readonly rule: WatchedRule;
  /** The case in which it happened. */
  readonly during: string;
  readonly detail: string;
}

/** Shorter values occur by chance. */
const SHORTEST_SECRET = 6;

/**
 * Looks at everything that comes out of a provider in a whole run: outcomes, thrown errors, recorded exchanges, the
 * console. Breaches belong to no single case; the cases of the group "watch" tell them at the end.
 */
export class Watch {
  readonly breaches: Breach[] = [];
  private readonly secrets = new Set<string>();

  breach(rule: WatchedRule, during: string, detail: string): void {
    this.breaches.push({ rule, during, detail });
  }

  /** From now on these values must not come out, in any spelling. */
  guard(manifest: ProviderManifest, accounts: readonly EmulatedAccount['credentials'][]): void {
    for (const credentials of accounts) {
      const values = Object.entries(credentials);
      for (const [name, value] of values) {
        const field = manifest.credentials.find((one) => one.name === name);
        if (field?.secret !== true || value.length < SHORTEST_SECRET) continue;
        for (const spelling of [value, encodeURIComponent(value), base64(value)]) this.secrets.add(spelling);
        for (const [, other] of values) {
          this.secrets.add(base64(`${other}:${value}`)).add(base64(`${value}:${other}`));
        }
        for (const pair of [
          `${value}:`,
          `:${value}`,
          `${value}:x`,
          `${value}:api_token`,
          `api:${value}`,
          `anystring:${value}`,
        ]) {
          this.secrets.add(base64(pair));
        }
      }
    }
  }

  /** @param where For people: `an outcome of upsertContact`. */
  inspect(text: string, where: string, during: string): void {
    for (const secret of this.secrets) {
      if (!text.includes(secret)) continue;
      const at = text.indexOf(secret);
      const around = `${text.slice(Math.max(0, at - 60), at)}[the secret]`;
      this.breach('secret', during, `${where} holds a credential: …${around}`);
      return;
    }
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
