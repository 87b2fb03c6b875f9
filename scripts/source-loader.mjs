/**
 * Lets `node --conditions=rekomi-source --import source-loader.mjs` run the TypeScript sources as Jest does, without a
 * build: for tests that start a process of its own, and for the conformance suite. A provider folder outside this checkout
 * finds the product's packages here when it has none of its own.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { transform } from '@swc/core';

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  const fromSource = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier);
  const wanted = fromSource ? specifier.replace(/\.js$/, '.ts') : specifier;
  if (!/^(@rekomi|@nestjs)\//.test(specifier)) return next(wanted, context);
  try {
    return await next(wanted, context);
  } catch (err) {
    if (err.code !== 'ERR_MODULE_NOT_FOUND') throw err;
    return next(wanted, { ...context, parentURL: import.meta.url });
  }
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transform(await readFile(new URL(url), 'utf8'), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
