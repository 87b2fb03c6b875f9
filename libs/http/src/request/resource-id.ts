import { Param, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { notFound } from '../problem/problem-exception.js';

class ResourceIdPipe implements PipeTransform<string, string> {
  constructor(private readonly what: string) {}

  /** What is not a UUID cannot be anybody's id: 404, like any other unknown id. */
  transform(value: string): string {
    if (!isUUID(value)) throw notFound(this.what, value);
    return value.toLowerCase();
  }
}

/** Path parameter with an id: `@ResourceId('campaign') id: string`, or with another name, `@ResourceId('affiliate', 'affiliateId')`. */
export function ResourceId(what: string, name = 'id'): ParameterDecorator {
  return Param(name, new ResourceIdPipe(what));
}
