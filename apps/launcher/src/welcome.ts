import type { DemoKey } from './demo.js';

export interface Welcome {
  readonly apiUrl: string;
  readonly sandboxUrl: string | null;
  /** One-time link for the first owner; null once there is one. */
  readonly ownerLink: string | null;
  readonly demoKey: DemoKey;
  readonly dataFolder: string;
  readonly logFolder: string;
  /** For example "embedded PostgreSQL 18.4 on port 15432"; null when DATABASE_URL is used. */
  readonly embeddedDatabase: string | null;
  readonly pids: readonly (readonly [name: string, pid: number | undefined])[];
  readonly seconds: number;
}

/** One screen: where everything is, how to stop, how to reset, what to try next. */
export function welcomeText(welcome: Welcome): string {
  const { demoKey, embeddedDatabase } = welcome;
  const key =
    demoKey.freshKey === null ? `kept in ${demoKey.file}` : `${demoKey.freshKey}   (kept in ${demoKey.file})`;
  const console =
    welcome.ownerLink === null
      ? `${welcome.apiUrl}/account`
      : `${welcome.ownerLink}   (once: become the owner)`;
  const rows: (readonly [string, string | null])[] = [
    ['Console', console],
    ['API', `${welcome.apiUrl}/v1`],
    ['API reference', `${welcome.apiUrl}/docs`],
    ['Sandbox CRM', welcome.sandboxUrl],
    ['Test API key', key],
    ['Database', embeddedDatabase ?? 'your own (DATABASE_URL)'],
    ['Data folder', welcome.dataFolder],
    ['Logs', `${welcome.logFolder}/*.log`],
    ['Processes', welcome.pids.map(([name, pid]) => `${name} ${pid ?? '-'}`).join(', ')],
  ];
  const table = rows
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(15)}${value}`);
  const advice =
    embeddedDatabase === null
      ? []
      : [
          '  The embedded database is fine for trying and small installs; set DATABASE_URL for production.',
          '',
        ];
  return [
    '',
    `  Rekomi CRM Sync is running (ready in ${welcome.seconds.toFixed(1)} s).`,
    '',
    ...table,
    '',
    '  Next            npm run example                (in a second terminal: 200 affiliates into the sandbox)',
    '  Stop            Ctrl-C',
    '  Start over      npm start -- --reset           (deletes all data)',
    '',
    ...advice,
  ].join('\n');
}
