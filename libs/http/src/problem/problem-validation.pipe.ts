import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';

import { notAnObjectProblem, type ValidatedPart, validationProblem } from './validation-problem.js';

const PLAIN_TYPES: ReadonlySet<unknown> = new Set([Object, Array, String, Number, Boolean]);

/** Validates bodies and queries against their classes; fields that the class does not know are refused. */
@Injectable()
export class ProblemValidationPipe implements PipeTransform<unknown, Promise<unknown>> {
  readonly #body = pipeFor('body');
  readonly #parameters = pipeFor('parameters');

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body') return this.#parameters.transform(value, metadata);
    const objectMeant = metadata.metatype !== undefined && !PLAIN_TYPES.has(metadata.metatype);
    const given = value ?? undefined;
    if (objectMeant && given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
      throw notAnObjectProblem();
    }
    return this.#body.transform(value, metadata);
  }
}

function pipeFor(part: ValidatedPart): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // To name the fields that exist; nothing but texts made from them leaves the factory.
    validationError: { target: true },
    exceptionFactory: (errors) => validationProblem(part, errors),
  });
}
