import { Injectable } from '@nestjs/common';
import type { CrmProvider, ProviderManifest } from '@rekomi/provider-contract';

/** Every provider that has a folder, by slug. */
@Injectable()
export class ProviderRegistry {
  readonly #bySlug: ReadonlyMap<string, CrmProvider>;

  /** Throws when two providers claim one slug. */
  constructor(providers: readonly CrmProvider[]) {
    const bySlug = new Map(providers.map((provider) => [provider.manifest.slug, provider]));
    if (bySlug.size !== providers.length) {
      throw new Error('Two providers have the same slug; a slug is the name of one folder.');
    }
    this.#bySlug = bySlug;
  }

  /** Ordered by slug. */
  all(): readonly CrmProvider[] {
    return [...this.#bySlug.values()].sort((a, b) => (a.manifest.slug < b.manifest.slug ? -1 : 1));
  }

  /** Ordered by slug. */
  manifests(): readonly ProviderManifest[] {
    return this.all().map(({ manifest }) => manifest);
  }

  find(slug: string): CrmProvider | undefined {
    return this.#bySlug.get(slug);
  }

  /** For slugs that were checked before, such as a stored connection's. Throws for an unknown one. */
  get(slug: string): CrmProvider {
    const provider = this.find(slug);
    if (provider === undefined) throw new Error(`No provider has the slug "${slug}".`);
    return provider;
  }
}
