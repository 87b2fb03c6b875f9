import { Tenancy } from '@rekomi/database';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { cleanText } from '../names/clean-text.js';
import { storableText } from '../text.js';
import type { FileFault } from './file-encoding.js';
import { FileInspector, type InspectedFile } from './file-inspector.js';
import { guessColumns } from './import-columns.js';
import { addPiece, PIECE } from './import-file.js';
import { IMPORT_LIMITS } from './import-limits.js';
import type { ImportColumn, ImportDialect } from './import-run.js';
import type { SourceShape } from './shapes/source-shape.js';
import { recogniseSource } from './shapes/source-shapes.js';

export interface Upload {
  readonly fileName: string;
  readonly createdBy?: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A file that is stored and not yet anybody's: {@link ImportUploadService.keep} it or {@link ImportUploadService.drop} it. */
export interface ReceivedFile {
  readonly id: string;
  readonly file: InspectedFile;
}

export type Receipt =
  { readonly ok: true; readonly value: ReceivedFile } | { readonly ok: false; readonly fault: FileFault };

const LONGEST_FILE_NAME = 255;

/** Takes files in, whatever their size in the same little memory. What breaks off or is refused leaves nothing behind. */
@Injectable()
export class ImportUploadService {
  constructor(private readonly tenancy: Tenancy) {}

  /** @throws what reading the body throws, when the sender goes away. */
  async receive(organizationId: string, upload: Upload): Promise<Receipt> {
    const id = newId();
    await this.tenancy.run(organizationId, (tx) =>
      tx.query(
        `INSERT INTO import_run (id, organization_id, file_name, created_by, state)
         VALUES ($1, $2, $3, $4, 'uploading')`,
        [id, organizationId, fileNameOf(upload.fileName), upload.createdBy ?? null],
      ),
    );
    let received: Receipt | undefined;
    try {
      received = await this.#store(organizationId, id, upload.body);
      return received;
    } finally {
      if (received?.ok !== true) await this.drop(organizationId, id);
    }
  }

  /** Makes the file an import, in the caller's transaction. */
  async keep(tx: EntityManager, organizationId: string, { id, file }: ReceivedFile): Promise<void> {
    const source = recogniseSource(file.columns);
    const guess = guessColumns(file.columns, source);
    const columns: readonly ImportColumn[] = file.columns.map((column, index) => ({
      ...column,
      name: storableText(column.name),
      guess: guess.fields[index] ?? 'ignore',
    }));
    const dialect: ImportDialect = {
      encoding: file.encoding,
      delimiter: file.dialect.delimiter,
      skip: file.dialect.skip,
      header: file.header,
    };
    const notes = [
      ...(source === undefined ? [] : [sourceNote(source)]),
      ...notesOf(file, guess.fields.includes('email')),
      ...guess.notes,
    ];
    await tx.query(
      `UPDATE import_run SET state = 'uploaded', size = $3, sha256 = $4, dialect = $5, columns = $6, source = $7,
              notes = $8, rows = $9, updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [
        organizationId,
        id,
        file.size,
        file.sha256,
        JSON.stringify(dialect),
        storableText(JSON.stringify(columns)),
        source?.name ?? null,
        JSON.stringify(notes),
        file.rows,
      ],
    );
  }

  async drop(organizationId: string, id: string): Promise<void> {
    await this.tenancy.run(organizationId, async (tx) => {
      await tx.query(`DELETE FROM import_file_chunk WHERE organization_id = $1 AND import_id = $2`, [
        organizationId,
        id,
      ]);
      await tx.query(
        `DELETE FROM import_run WHERE organization_id = $1 AND id = $2 AND state = 'uploading'`,
        [organizationId, id],
      );
    });
  }

  async #store(organizationId: string, id: string, body: AsyncIterable<Uint8Array>): Promise<Receipt> {
    const inspector = new FileInspector();
    let size = 0;
    let place = 0;
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    const flush = async (): Promise<void> => {
      if (waitingBytes === 0) return;
      const bytes = Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
      const at = place;
      place += 1;
      await this.tenancy.run(organizationId, async (tx) => {
        await addPiece(tx, organizationId, id, at, bytes);
        await tx.query(
          `UPDATE import_run SET size = size + $3, updated_at = now() WHERE organization_id = $1 AND id = $2`,
          [organizationId, id, bytes.length],
        );
      });
    };
    for await (const piece of body) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
      size += bytes.length;
      if (size > IMPORT_LIMITS.bytes) return { ok: false, fault: tooLarge() };
      const fault = inspector.take(bytes);
      if (fault !== undefined) return { ok: false, fault };
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes >= PIECE) await flush();
    }
    const inspected = inspector.end();
    if ('fault' in inspected) return { ok: false, fault: inspected.fault };
    await flush();
    return { ok: true, value: { id, file: inspected.file } };
  }
}

/** The name alone, of a path in the manner of any system. */
function fileNameOf(given: string): string {
  const name = cleanText(given.split(/[/\\]/).at(-1) ?? '').slice(-LONGEST_FILE_NAME);
  return name === '' ? 'affiliates.csv' : name;
}

function sourceNote({ name, caveat }: SourceShape): { readonly code: string; readonly detail: string } {
  return {
    code: 'source_recognised',
    detail: `This looks like a list from ${name}. ${caveat} Look the suggestions over; the mapping may change each of them.`,
  };
}

function notesOf(
  file: InspectedFile,
  hasEmail: boolean,
): readonly { readonly code: string; readonly detail: string }[] {
  return [
    ...(file.encoding === 'windows-1252'
      ? [
          {
            code: 'encoding_guessed',
            detail:
              'The file is not UTF-8; it was read as Windows-1252. If letters look wrong in the samples, save it as "CSV UTF-8" and upload it again.',
          },
        ]
      : []),
    ...(file.header
      ? []
      : [
          {
            code: 'header_missing',
            detail:
              'The first row is somebody already, so the columns have no names. Say in the mapping what they are.',
          },
        ]),
    ...(hasEmail
      ? []
      : [
          {
            code: 'email_column_missing',
            detail: 'No column looks like addresses. Say in the mapping which one has them.',
          },
        ]),
  ];
}

function tooLarge(): FileFault {
  return {
    code: 'file_too_large',
    detail: `The file is larger than ${IMPORT_LIMITS.bytes / 1024 / 1024} MB. Split it, or leave out columns that nobody needs.`,
  };
}
