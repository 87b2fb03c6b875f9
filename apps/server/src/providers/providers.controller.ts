import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiPage, mapPage, notFound, page, PageQuery, type Page } from '@rekomi/http';
import { ProviderRegistry } from '@rekomi/provider-registry';

import { ManifestAnswer } from './manifest.answer.js';
import { ProviderAnswer } from './provider.answer.js';

@ApiTags('Providers')
@Controller('providers')
export class ProvidersController {
  constructor(private readonly registry: ProviderRegistry) {}

  @Get()
  @ApiOperation({ summary: 'List providers', description: 'The vendors that can be connected, by slug.' })
  @ApiPage(ProviderAnswer)
  listProviders(@Query() query: PageQuery): Page<ProviderAnswer> {
    const after = query.after(1)?.[0] ?? '';
    const rest = this.registry.manifests().filter(({ slug }) => slug > after);
    return mapPage(
      page(rest, query.limit, ({ slug }) => [slug]),
      ({ slug, name, category, summary }) => ({ slug, name, category, summary }),
    );
  }

  @Get(':slug')
  @ApiOperation({ summary: 'Read a provider’s manifest' })
  @ApiParam({ name: 'slug', example: 'customer-io' })
  @ApiOkResponse({ type: ManifestAnswer })
  getProvider(@Param('slug') slug: string): ManifestAnswer {
    const provider = this.registry.find(slug);
    if (provider === undefined) throw notFound('provider', slug);
    return provider.manifest;
  }
}
