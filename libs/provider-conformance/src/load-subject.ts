import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CrmProvider, EmulatorFactory, GoldenAnswer, PositiveSign } from '@rekomi/provider-contract';
import type { Subject } from './subject.js';

/** The loaded folder, or in words why it cannot be examined. */
export type Loading =
  | { readonly kind: 'loaded'; readonly subject: Subject }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Loads a provider folder: `<slug>.provider` and `<slug>.emulator`, and `<slug>.golden` and `<slug>.signs` where there
 * are such, each as TypeScript or built. The folder's name is the slug.
 *
 * @param load How a module is loaded; `import()` unless told.
 */
export async function loadSubject(
  folder: string,
  load: (url: string) => Promise<unknown> = (url) => import(url),
): Promise<Loading> {
  const path = resolve(folder);
  if (!existsSync(path) || !statSync(path).isDirectory()) return failed(`There is no folder ${folder}.`);
  const slug = basename(path);
  const file = (role: string): string | undefined =>
    ['ts', 'js', 'mjs']
      .map((ending) => join(path, `${slug}.${role}.${ending}`))
      .find((name) => existsSync(name));
  const [providerFile, emulatorFile] = [file('provider'), file('emulator')];
  const [goldenFile, signsFile] = [file('golden'), file('signs')];
  if (providerFile === undefined) return failed(`${folder} has no ${slug}.provider.ts.`);
  if (emulatorFile === undefined) return failed(`${folder} has no ${slug}.emulator.ts.`);

  const providers = (await load(pathToFileURL(providerFile).href)) as Readonly<Record<string, unknown>>;
  const className = `${pascal(slug)}Provider`;
  const Provider = providers[className] as (new () => CrmProvider) | undefined;
  if (typeof Provider !== 'function')
    return failed(`${basename(providerFile)} does not export the class ${className}.`);
  const emulators = (await load(pathToFileURL(emulatorFile).href)) as Readonly<Record<string, unknown>>;
  const emulatorName = `${camel(slug)}Emulator`;
  const emulator = emulators[emulatorName] as EmulatorFactory | undefined;
  if (typeof emulator !== 'function')
    return failed(`${basename(emulatorFile)} does not export ${emulatorName}.`);
  const golden =
    goldenFile === undefined
      ? undefined
      : ((await load(pathToFileURL(goldenFile).href)) as { readonly GOLDEN?: readonly GoldenAnswer[] })
          .GOLDEN;
  if (goldenFile !== undefined && golden === undefined)
    return failed(`${basename(goldenFile)} does not export GOLDEN.`);

  const signs =
    signsFile === undefined
      ? undefined
      : ((await load(pathToFileURL(signsFile).href)) as { readonly SIGNS?: readonly PositiveSign[] }).SIGNS;
  if (signsFile !== undefined && signs === undefined)
    return failed(`${basename(signsFile)} does not export SIGNS.`);

  const provider = new Provider();
  if (provider.manifest.slug !== slug) {
    return failed(`The manifest's slug is ${provider.manifest.slug}, and the folder is called ${slug}.`);
  }
  const sources = sourcesIn(path);
  return {
    kind: 'loaded',
    subject: {
      provider,
      emulator,
      ...(golden === undefined ? {} : { golden }),
      ...(signs === undefined ? {} : { signs }),
      ...(sources.length === 0 ? {} : { sources }),
    },
  };
}

/** Names of the provider folders under `libs/providers`, in order. */
export function slugsIn(providersFolder: string): readonly string[] {
  return readdirSync(providersFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(providersFolder, entry.name, 'guide.md')))
    .map(({ name }) => name)
    .sort();
}

function sourcesIn(folder: string): NonNullable<Subject['sources']> {
  return readdirSync(folder)
    .filter(
      (name) => name.endsWith('.ts') && !/\.(spec|emulator|golden|signs)\b|\.emulator-|\.d\.ts$/.test(name),
    )
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

function failed(reason: string): Loading {
  return { kind: 'failed', reason };
}

function pascal(slug: string): string {
  return slug.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function camel(slug: string): string {
  return slug.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
