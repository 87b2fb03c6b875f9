import { fileURLToPath } from 'node:url';

/** Files of the built product that the launcher starts. */
export interface Programs {
  readonly migrate: string;
  readonly seed: string;
  /** Makes one-time links for people. */
  readonly account: string;
  readonly server: string;
  readonly sandbox: string;
  /** Loaded into each of them; see child-guard.ts. */
  readonly guard: string;
}

const built = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** As laid out after a build, seen from apps/launcher/dist. */
export const builtPrograms: Programs = {
  migrate: built('server/dist/migrate.js'),
  seed: built('server/dist/seed-demo.js'),
  account: built('server/dist/account-link.js'),
  server: built('server/dist/main.js'),
  sandbox: built('sandbox/dist/main.js'),
  guard: built('launcher/dist/child-guard.js'),
};
