import { OmitType } from '@nestjs/swagger';

import { ApplicationsQuery } from './applications.query.js';

/** A download has no pages. */
export class ExportApplicationsQuery extends OmitType(ApplicationsQuery, ['limit', 'cursor'] as const) {}
