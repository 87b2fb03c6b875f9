import { Injectable } from '@nestjs/common';
import { sqlState, Tenancy } from '@rekomi/database';
import { problem } from '@rekomi/http';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import type { Organization } from './organization.js';

const UNIQUE_VIOLATION = '23505';
const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const COLUMNS = `id, name, slug, created_at AS "createdAt"`;

@Injectable()
export class OrganizationService {
  constructor(private readonly tenancy: Tenancy) {}

  /**
   * @param slug up to 63 of `a-z`, `0-9` and inner hyphens; part of public addresses.
   * @throws ProblemException `validation_failed`, `already_exists`
   */
  async create(name: string, slug: string): Promise<Organization> {
    if (!SLUG.test(slug)) {
      const detail = 'A slug has 1 to 63 of the characters a-z, 0-9 and -, with no hyphen at either end.';
      throw problem('validation_failed', { detail, errors: [{ pointer: '#/slug', code: 'slug', detail }] });
    }
    const id = newId();
    try {
      const rows = await this.tenancy.run(id, (tx) =>
        tx.query<Organization[]>(
          `INSERT INTO organization (id, name, slug) VALUES ($1, $2, $3)
           RETURNING ${COLUMNS}`,
          [id, name, slug],
        ),
      );
      const [organization] = rows;
      if (organization === undefined) throw new Error('INSERT INTO organization returned no row.');
      return organization;
    } catch (err) {
      if (sqlState(err) !== UNIQUE_VIOLATION) throw err;
      const detail = `An organisation with the slug ${slug} exists already.`;
      throw problem('already_exists', { detail, errors: [{ pointer: '#/slug', code: 'taken', detail }] });
    }
  }

  /** The id of the organisation with this slug. */
  async findBySlug(slug: string): Promise<string | undefined> {
    const rows = await this.tenancy.lookup<{ id: string | null }>('SELECT find_organization($1) AS id', [
      slug,
    ]);
    return rows[0]?.id ?? undefined;
  }

  /** In a transaction of the organisation, of which one sees this one only. */
  async read(tx: EntityManager): Promise<Organization> {
    const rows: Organization[] = await tx.query(`SELECT ${COLUMNS} FROM organization`);
    return only(rows);
  }

  /** In a transaction of the organisation. The slug stays: addresses that were handed out depend on it. */
  async rename(tx: EntityManager, name: string): Promise<Organization> {
    const [rows]: [Organization[], number] = await tx.query(
      `UPDATE organization SET name = $1 RETURNING ${COLUMNS}`,
      [name],
    );
    return only(rows);
  }
}

function only(rows: readonly Organization[]): Organization {
  const [organization] = rows;
  if (organization === undefined) throw new Error('The organisation of this transaction has no row.');
  return organization;
}
