import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@rekomi/identity';

import { PAGE_STYLES, PAGE_STYLES_PATH } from './page-styles.js';

@Public()
@ApiExcludeController()
@Controller()
export class PageAssetsController {
  @Get(PAGE_STYLES_PATH)
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=31536000, immutable')
  pageStyles(): string {
    return PAGE_STYLES;
  }
}
