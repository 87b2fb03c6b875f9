import { ValidateIf } from 'class-validator';

/** The field may be absent; null is a value like any other and has to pass what follows. */
export const IfPresent = (): PropertyDecorator =>
  ValidateIf((_object: object, value: unknown) => value !== undefined);

/** The field may be absent or null. */
export const IfGiven = (): PropertyDecorator =>
  ValidateIf((_object: object, value: unknown) => value !== undefined && value !== null);
