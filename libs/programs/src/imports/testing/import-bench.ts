import type { ProgramWork } from '../../program-work.js';
import type { ProgramBench } from '../../testing/program-bench.js';
import type { MappingInput } from '../import-mapping.js';
import type { ImportRow } from '../import-run.js';
import { ImportRunner, type RunEnd } from '../import-runner.js';
import { ImportUploadService } from '../import-upload.service.js';
import { ImportService } from '../import.service.js';

export interface Issue {
  readonly line: number;
  readonly severity: string;
  readonly column_name: string | null;
  readonly code: string;
}

/** Imports on a program bench, without HTTP and without the loop that looks for work. */
export class ImportBench {
  readonly imports = new ImportService();
  readonly uploads: ImportUploadService;

  constructor(readonly bench: ProgramBench) {
    this.uploads = new ImportUploadService(bench.tenancy);
  }

  /** Uploads a file; @returns its id. */
  async upload(
    content: string | Buffer,
    options: { readonly fileName?: string; readonly organizationId?: string } = {},
  ): Promise<string> {
    const organizationId = options.organizationId ?? this.bench.organizationId;
    const received = await this.uploads.receive(organizationId, {
      fileName: options.fileName ?? 'affiliates.csv',
      body: pieces(Buffer.from(content)),
    });
    if (!received.ok) throw new Error(JSON.stringify(received.fault));
    await this.bench.work.run(organizationId, ({ tx }) =>
      this.uploads.keep(tx, organizationId, received.value),
    );
    return received.value.id;
  }

  map(id: string, mapping: MappingInput): Promise<ImportRow> {
    return this.bench.do((unit) => this.imports.map(unit, id, mapping));
  }

  get(id: string): Promise<ImportRow> {
    return this.bench.do((unit) => this.imports.get(unit, id));
  }

  runner(chunk = 100, work: ProgramWork = this.bench.work): ImportRunner {
    return new ImportRunner(this.bench.tenancy, work, this.bench.intake, { chunk });
  }

  work(id: string, chunk?: number): Promise<RunEnd> {
    return this.runner(chunk).run(this.bench.organizationId, id);
  }

  async check(id: string): Promise<ImportRow> {
    await this.bench.do((unit) => this.imports.check(unit, id));
    await this.work(id);
    return this.get(id);
  }

  async start(id: string, chunk?: number): Promise<ImportRow> {
    await this.bench.do((unit) => this.imports.start(unit, id));
    await this.work(id, chunk);
    return this.get(id);
  }

  /** Uploads, maps and imports; @returns the import as it ended. */
  async importFile(
    content: string | Buffer,
    mapping: MappingInput,
    options: { readonly fileName?: string } = {},
  ): Promise<ImportRow> {
    const id = await this.upload(content, options);
    await this.map(id, mapping);
    return this.start(id);
  }

  async issues(id: string): Promise<readonly Issue[]> {
    const { rows } = await this.bench.superuser.query<Issue>(
      `SELECT line, severity, column_name, code FROM import_issue WHERE import_id = $1 ORDER BY line, place`,
      [id],
    );
    return rows;
  }

  /** Everything that is stored about people, without ids and times, to compare what two ways lead to. */
  async people(): Promise<readonly unknown[]> {
    const { rows } = await this.bench.superuser.query<Record<string, unknown>>(
      `SELECT a.email, a.full_name, a.referral_slug, a.link_aliases, a.paypal_email, a.country, a.source_data,
              e.status, e.tier, e.extra_tags, (SELECT count(*)::int FROM consent c WHERE c.affiliate_id = a.id) AS consents
         FROM affiliate a LEFT JOIN enrolment e ON e.affiliate_id = a.id ORDER BY a.email_key`,
    );
    return rows;
  }
}

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += 65_536) yield content.subarray(start, start + 65_536);
}
