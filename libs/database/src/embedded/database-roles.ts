import type pg from 'pg';

import { withConnection } from './superuser-connection.js';

/** Owns the database and runs migrations. May create roles, is no superuser. */
export const OWNER_ROLE = 'rekomi_owner';
/** What the product runs as: owns nothing, and row-level security binds it. */
export const APP_ROLE = 'rekomi_app';

export interface RolePasswords {
  readonly ownerPassword: string;
  readonly appPassword: string;
}

/** Creates the roles that are missing and sets their passwords. Idempotent. */
export async function ensureRoles(superuser: pg.Client, passwords: RolePasswords): Promise<void> {
  await ensureRole(
    superuser,
    OWNER_ROLE,
    'LOGIN NOSUPERUSER CREATEROLE NOCREATEDB NOBYPASSRLS',
    passwords.ownerPassword,
  );
  await ensureRole(
    superuser,
    APP_ROLE,
    'LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS',
    passwords.appPassword,
  );
}

async function ensureRole(
  superuser: pg.Client,
  name: string,
  attributes: string,
  password: string,
): Promise<void> {
  const known = await superuser.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (known.rowCount === 0) await superuser.query(`CREATE ROLE ${superuser.escapeIdentifier(name)}`);
  await superuser.query(
    `ALTER ROLE ${superuser.escapeIdentifier(name)} ${attributes} PASSWORD ${superuser.escapeLiteral(password)}`,
  );
}

export async function databaseExists(superuser: pg.Client, name: string): Promise<boolean> {
  const found = await superuser.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return found.rowCount === 1;
}

/**
 * Creates a database that belongs to the owner role and that only our two roles may enter.
 * @param superuserUrl any database of the server, as superuser
 * @param template an existing database without open connections, copied with all its content
 */
export async function createOwnedDatabase(
  superuserUrl: string,
  name: string,
  template?: string,
): Promise<void> {
  await withConnection(superuserUrl, async (superuser) => {
    const database = superuser.escapeIdentifier(name);
    const source = template === undefined ? '' : ` TEMPLATE ${superuser.escapeIdentifier(template)}`;
    await superuser.query(`CREATE DATABASE ${database} OWNER ${OWNER_ROLE}${source}`);
    await superuser.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await superuser.query(`GRANT CONNECT ON DATABASE ${database} TO ${APP_ROLE}`);
  });
  if (template !== undefined) return;
  await withConnection(databaseUrl(superuserUrl, name), async (superuser) => {
    // PostgreSQL 14 lets everybody create tables in the schema public; from 15 on this repeats the default.
    await superuser.query(`ALTER SCHEMA public OWNER TO ${OWNER_ROLE}`);
    await superuser.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  });
}

export async function dropOwnedDatabase(superuserUrl: string, name: string): Promise<void> {
  await withConnection(superuserUrl, async (superuser) => {
    await superuser.query(`DROP DATABASE IF EXISTS ${superuser.escapeIdentifier(name)} WITH (FORCE)`);
  });
}

/** The same server and login, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.toString();
}

/** The same server and database, another login. */
export function loginUrl(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.toString();
}
