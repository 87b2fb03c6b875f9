import { Module } from '@nestjs/common';

import { CodeTexts } from '../connections/code-texts.js';
import { PreviewsController } from './previews.controller.js';

/** `/v1/connections/{id}/previews`. Expects `PreviewService` from a global module. */
@Module({ controllers: [PreviewsController], providers: [CodeTexts] })
export class PreviewsApiModule {}
