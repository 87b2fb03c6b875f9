import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { v7 as newId } from 'uuid';

import { cleanText } from '../names/clean-text.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { BUILTIN_EVENT_NAMES, BUILTIN_EVENT_TYPES } from './builtin-event-types.js';
import { eventDataProblem } from './event-data.js';
import { readEventName } from './event-name.js';
import { compileSchema, type JsonSchema } from './event-schema.js';
import { VendorEventNames } from './vendor-event-names.js';

export interface EventTypeView {
  /** Null for those that are built in. */
  readonly id: string | null;
  readonly name: string;
  readonly builtIn: boolean;
  readonly description: string | null;
  /** Of the data; null takes any. */
  readonly schema: JsonSchema | null;
  readonly example: Readonly<Record<string, unknown>> | null;
}

/** Absent keeps (or is nothing for a new one), null removes. */
export interface EventTypeChange {
  readonly description?: string | null;
  readonly schema?: JsonSchema | null;
  readonly example?: Readonly<Record<string, unknown>> | null;
}

export interface NewEventType extends EventTypeChange {
  readonly name: string;
}

type OwnType = Omit<EventTypeView, 'id' | 'builtIn'> & { readonly id: string };

const MOST_TYPES = 200;
const LONGEST_DESCRIPTION = 1_000;
const COLUMNS = 'id, name, description, schema, example';

/** The catalogue: what is built in, and the names that a merchant declares. */
@Injectable()
export class EventTypeService {
  constructor(private readonly names: VendorEventNames) {}

  async list({ tx, organizationId }: UnitOfWork): Promise<readonly EventTypeView[]> {
    const own: OwnType[] = await tx.query(
      `SELECT ${COLUMNS} FROM event_type WHERE organization_id = $1 ORDER BY name`,
      [organizationId],
    );
    const builtIn = BUILTIN_EVENT_TYPES.map((type) => ({ id: null, builtIn: true, ...type }));
    return [...builtIn, ...own.map(typeView)];
  }

  async create(work: UnitOfWork, input: NewEventType): Promise<ProgramResult<EventTypeView>> {
    const reading = readEventName(input.name);
    const type = changed({ description: null, schema: null, example: null }, input);
    const unusable = reading.ok
      ? (await this.names.inTools(work, [reading.name]))(reading.name).error
      : reading.problem;
    const errors = [
      ...(unusable === undefined ? [] : [{ pointer: '#/name', ...unusable }]),
      ...problemsOf(type),
    ];
    if (!reading.ok || errors.length > 0) return denied({ reason: 'invalid', errors });
    if (BUILTIN_EVENT_NAMES.includes(reading.name)) {
      return taken(`"${reading.name}" is built in. Record it without declaring it, or choose another name.`);
    }
    const { tx, organizationId } = work;
    const counted: { count: number }[] = await tx.query(
      `SELECT count(*)::integer AS count FROM event_type WHERE organization_id = $1`,
      [organizationId],
    );
    if ((counted[0]?.count ?? 0) >= MOST_TYPES) {
      const detail = `There are ${MOST_TYPES} event types, which is the most. Remove one first; names need not be declared.`;
      return denied({ reason: 'conflict', errors: [{ pointer: '#/name', code: 'too_many', detail }] });
    }
    const rows: OwnType[] = await tx.query(
      `INSERT INTO event_type (id, organization_id, name, description, schema, example)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, name) DO NOTHING RETURNING ${COLUMNS}`,
      [newId(), organizationId, reading.name, type.description, json(type.schema), json(type.example)],
    );
    const [row] = rows;
    return row === undefined ? taken(`"${reading.name}" is declared already.`) : granted(typeView(row));
  }

  async change(work: UnitOfWork, id: string, change: EventTypeChange): Promise<ProgramResult<EventTypeView>> {
    const { tx, organizationId } = work;
    const rows: OwnType[] = isUUID(id)
      ? await tx.query(
          `SELECT ${COLUMNS} FROM event_type WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE`,
          [organizationId, id],
        )
      : [];
    const [before] = rows;
    if (before === undefined) return unknown(id);
    const type = { ...before, ...changed(before, change) };
    const errors = problemsOf(type);
    if (errors.length > 0) return denied({ reason: 'invalid', errors });
    await tx.query(
      `UPDATE event_type SET description = $3, schema = $4, example = $5, updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [organizationId, id, type.description, json(type.schema), json(type.example)],
    );
    return granted(typeView(type));
  }

  /** Events of this name stay, and further ones are taken without a schema. */
  async remove({ tx, organizationId }: UnitOfWork, id: string): Promise<ProgramResult<undefined>> {
    const [rows]: [unknown[], number] = isUUID(id)
      ? await tx.query(`DELETE FROM event_type WHERE organization_id = $1 AND id = $2 RETURNING id`, [
          organizationId,
          id,
        ])
      : [[], 0];
    return rows.length === 0 ? unknown(id) : granted(undefined);
  }
}

type Described = Pick<EventTypeView, 'description' | 'schema' | 'example'>;

function changed(before: Described, { description, schema, example }: EventTypeChange): Described {
  return {
    description: cleaned(description === undefined ? before.description : description),
    schema: schema === undefined ? before.schema : schema,
    example: example === undefined ? before.example : example,
  };
}

function problemsOf({ description, schema, example }: Described): InputProblem[] {
  const errors: InputProblem[] = [];
  if (description !== null && description.length > LONGEST_DESCRIPTION) {
    const detail = `At most ${LONGEST_DESCRIPTION} characters.`;
    errors.push({ pointer: '#/description', code: 'too_long', detail });
  }
  const unstorable = example === null ? undefined : eventDataProblem(example);
  if (unstorable !== undefined)
    errors.push({ pointer: '#/example', code: 'invalid_data', detail: unstorable });
  if (schema === null) return errors;
  const unreadable = eventDataProblem(schema);
  if (unreadable !== undefined) {
    const detail = unreadable.replace('The data', 'The schema');
    return [...errors, { pointer: '#/schema', code: 'schema_invalid', detail }];
  }
  const compiled = compileSchema(schema);
  if (!compiled.ok) return [...errors, { pointer: '#/schema', code: compiled.code, detail: compiled.detail }];
  const unfit = example === null ? undefined : compiled.check(example);
  if (unfit !== undefined) errors.push({ ...unfit, pointer: `#/example${unfit.pointer}` });
  return errors;
}

function cleaned(description: string | null): string | null {
  const text = cleanText(description ?? '');
  return text === '' ? null : text;
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function typeView({ id, name, description, schema, example }: OwnType): EventTypeView {
  return { id, name, builtIn: false, description, schema, example };
}

function taken(detail: string): ProgramResult<never> {
  return denied({ reason: 'conflict', errors: [{ pointer: '#/name', code: 'name_taken', detail }] });
}

function unknown(id: string): ProgramResult<never> {
  return denied({ reason: 'not_found', what: 'event type', id });
}
