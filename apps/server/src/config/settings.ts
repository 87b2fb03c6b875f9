import { readAllowedHosts } from '@rekomi/webhooks';
import { z } from 'zod';

const postgresUrl = z
  .string({ error: 'is missing. Set it to postgres://USER:PASSWORD@HOST:PORT/DATABASE.' })
  .regex(/^postgres(ql)?:\/\/[^/@]+@[^/]+\/.+/, {
    error: 'must have the form postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
  });

const wholeNumber = (least: number, most: number): z.ZodCoercedNumber =>
  z.coerce
    .number({ error: `must be a whole number from ${least} to ${most}.` })
    .int({ error: `must be a whole number from ${least} to ${most}.` })
    .min(least, { error: `must be at least ${least}.` })
    .max(most, { error: `must be at most ${most}.` });

const webAddress = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://.',
});

const oneOf = <const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodEnum<z.core.util.ToEnum<Values[number]>> =>
  z.enum(values, { error: `must be one of ${values.join(', ')}.` });

/**
 * Every setting of the server, by the name of its environment variable: what is checked at start, what code reads,
 * and what `docs/configuration.md` says. Those marked `secret` can also be given as a file, with `_FILE` at the end of
 * the name.
 */
export const SETTINGS = {
  DATABASE_URL: postgresUrl.meta({
    description:
      'PostgreSQL 14 or later, as the role the product runs as. The role must be neither a superuser nor BYPASSRLS nor the owner of the tables.',
    secret: true,
  }),
  DATABASE_OWNER_URL: postgresUrl.meta({
    description:
      'The same database, as the role that owns the tables. Read by migrations only; keep it from the server.',
    secret: true,
  }),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^/]+/, {
      error: 'must have the form redis://USER:PASSWORD@HOST:PORT or rediss://….',
    })
    .optional()
    .meta({
      description:
        'Redis 6.2 or later, or Valkey, for waking workers. Without it they are woken through PostgreSQL, which is enough for a few of them. It holds no work: it may be emptied, restarted or away at any time. All processes of an installation need the same one.',
      secret: true,
    }),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w-]{1,60}$/, { error: 'must be 1 to 60 letters, digits, _ or -.' })
    .default('rekomi')
    .meta({ description: 'In front of every key in Redis. Installations that share one need one each.' }),
  ROLE: oneOf(['all', 'api', 'worker']).default('all').meta({
    description: '`api` answers requests, `worker` runs the sync engine, `all` does both in one process.',
  }),
  HOST: z.string().default('127.0.0.1').meta({
    description: 'Address to listen on. `0.0.0.0` opens the server to the network; put TLS in front of it.',
  }),
  PORT: wholeNumber(0, 65_535)
    .default(3000)
    .meta({ description: 'Port to listen on; 0 takes any free one. A worker serves its health pages here.' }),
  REKOMI_DATA: z.string().default('.rekomi').meta({
    description: 'Folder for what the product keeps outside of the database: the vault’s key file.',
  }),
  REKOMI_VAULT_KEYS: z.string().optional().meta({
    description:
      'Keys that encrypt credentials, as `k1:BASE64,fp:BASE64`. Without it the file `vault.keys` in the data folder is used, and made when it is missing. All processes of an installation need the same keys.',
    secret: true,
  }),
  PUBLIC_URL: webAddress.optional().meta({
    description:
      'Address under which people reach this server, for links in mails and invites. Without it `http://localhost:PORT`. With `https://` cookies are marked Secure.',
  }),
  TRUST_PROXY: z.string().default('').meta({
    description:
      'Addresses or networks, separated by commas, of proxies whose `X-Forwarded-For` is believed: `10.0.0.0/8`. Without it a client’s address is that of its connection.',
  }),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, { error: 'must have the form smtp://USER:PASSWORD@HOST:PORT or smtps://….' })
    .optional()
    .meta({
      description:
        'Mail server for invites, invitations of colleagues and password resets. Without it nothing is mailed: links are shown or printed instead.',
      secret: true,
    }),
  MAIL_FROM: z.string().default('Rekomi CRM Sync <no-reply@localhost>').meta({
    description: 'Sender of all mail: `Acme affiliates <partners@acme.example>`.',
  }),
  SANDBOX_URL: webAddress.optional().meta({
    description: 'Where the emulated vendors answer. Without it connections to the sandbox are refused.',
  }),
  WEBHOOK_ALLOWED_HOSTS: z
    .string()
    .refine((text) => readAllowedHosts(text).ok, {
      error: 'must be hosts with their ports, separated by commas: hooks.internal:443, localhost:8080.',
    })
    .default('')
    .meta({
      description:
        'Hosts with their ports, separated by commas, that webhooks may be sent to although they are inside your network, also over http: `hooks.internal:443`. Everything else must be a public https address.',
    }),
  CONNECTION_CHECK_HOURS: wholeNumber(1, 168).default(24).meta({
    description:
      'Hours after which a connection in order is verified again by itself. One that was stopped by an error is looked at sooner.',
  }),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').meta({
    description:
      'Least severe log lines that are written. From `debug` on they may contain e-mail addresses, never secrets.',
  }),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, { error: 'must be at least 16 printable ASCII characters without spaces.' })
    .optional()
    .meta({
      description:
        'What Prometheus sends as `Authorization: Bearer …` to read `/metrics`, which every process answers. At least 16 characters. Without it there are no metrics.',
      secret: true,
    }),
  DATABASE_POOL_API: wholeNumber(1, 1000)
    .default(10)
    .meta({ description: 'Most database connections for answering requests.' }),
  DATABASE_POOL_ENGINE: wholeNumber(2, 1000)
    .default(10)
    .meta({ description: 'Most database connections for the sync engine.' }),
  API_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000)
    .default(600)
    .meta({ description: 'Requests that each API key has per minute, in each process.' }),
  DOCS_URL: z
    .union([webAddress, z.string().regex(/^\/[\w/-]*$/)], {
      error: 'must be a path that begins with / or an address that begins with https://.',
    })
    .default('/problems')
    .meta({
      description:
        'What the code of a problem is appended to for its `type`. The default is served by this server.',
    }),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** What the server reads. */
export const serverSettings = z.object(SETTINGS).omit({ DATABASE_OWNER_URL: true });
export type ServerSettings = z.infer<typeof serverSettings>;

/** What migrations read. */
export const migrationSettings = z.object(SETTINGS).pick({ DATABASE_URL: true, DATABASE_OWNER_URL: true });
export type MigrationSettings = z.infer<typeof migrationSettings>;
