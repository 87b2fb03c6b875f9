import { type INestApplicationContext, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { isPublic } from '@rekomi/identity';

export interface Route {
  /** Name of the controller method. */
  readonly operation: string;
  readonly controller: string;
  readonly method: string;
  /** Without the prefix: `/campaigns/:id`. */
  readonly path: string;
  readonly public: boolean;
}

/** Every route of an application, by its controllers' metadata. */
export function routesOf(app: INestApplicationContext): readonly Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].map(({ metatype }) => metatype as Type),
  );
  return [...new Set(controllers)].flatMap(routesOfController);
}

function routesOfController(controller: Type): readonly Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  const base = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat()[0] ?? '';
  return Object.getOwnPropertyNames(prototype).flatMap((operation) => {
    const handler = prototype[operation];
    if (operation === 'constructor' || !isHandler(handler)) return [];
    const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat();
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? 'GET';
    return paths.map((path) => ({
      ...{ operation, method, controller: controller.name },
      path: `/${base}/${path}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1'),
      public: isPublic(handler, controller),
    }));
  });
}

function isHandler(value: unknown): value is (...parameters: never[]) => unknown {
  return typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value);
}
