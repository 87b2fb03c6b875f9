import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { ProviderManifest } from '@rekomi/provider-contract';
import { ApiPage, mapPage, notFound, page, type Page } from '@rekomi/http';
import { ProviderRegistry, readProviderGuide } from '@rekomi/provider-registry';

import { ManifestAnswer } from './manifest.answer.js';
import { manifestAnswer, providerAnswer } from './provider-answers.js';
import { ProviderAnswer } from './provider.answer.js';
import { ProviderQuery } from './provider.query.js';

@ApiTags('Providers')
@Controller('providers')
export class ProvidersController {
  constructor(private readonly registry: ProviderRegistry) {}

  @Get()
  @ApiOperation({ summary: 'List providers', description: 'The vendors that can be connected, by slug.' })
  @ApiPage(ProviderAnswer)
  listProviders(@Query() query: ProviderQuery): Page<ProviderAnswer> {
    const after = query.after(1)?.[0] ?? '';
    const rest = this.registry
      .manifests()
      .filter((manifest) => manifest.slug > after && matches(manifest, query));
    return mapPage(
      page(rest, query.limit, ({ slug }) => [slug]),
      providerAnswer,
    );
  }

  @Get(':slug')
  @ApiOperation({ summary: 'Read a provider’s manifest' })
  @ApiParam({ name: 'slug', example: 'customer-io' })
  @ApiOkResponse({ type: ManifestAnswer })
  getProvider(@Param('slug') slug: string): ManifestAnswer {
    return manifestAnswer(this.#find(slug));
  }

  @Get(':slug/guide')
  @Header('content-type', 'text/markdown; charset=utf-8')
  @ApiOperation({
    summary: 'Read a provider’s guide',
    description: 'For merchants, in Markdown: where each key is, what is written, what goes wrong and why.',
  })
  @ApiParam({ name: 'slug', example: 'customer-io' })
  @ApiProduces('text/markdown')
  @ApiOkResponse({ schema: { type: 'string' } })
  getProviderGuide(@Param('slug') slug: string): Promise<string> {
    return readProviderGuide(this.#find(slug).slug);
  }

  #find(slug: string): ProviderManifest {
    const provider = this.registry.find(slug);
    if (provider === undefined) throw notFound('provider', slug);
    return provider.manifest;
  }
}

function matches(
  { slug, name, summary, category, capabilities }: ProviderManifest,
  query: ProviderQuery,
): boolean {
  if (query.category !== undefined && query.category !== category) return false;
  if (query.events !== undefined && query.events !== capabilities.events) return false;
  const text = `${slug} ${name} ${summary}`.toLowerCase();
  const words = (query.q ?? '').toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}
