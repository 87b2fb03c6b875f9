import { Module } from '@nestjs/common';

import { PageAssetsController } from './page-assets.controller.js';

/** What all server-rendered pages need besides their own routes. */
@Module({ controllers: [PageAssetsController] })
export class PagesModule {}
