import { ValidateBy } from 'class-validator';

/** A number or a text; what is possible depends on the type of the field. */
export const IsBound = (): PropertyDecorator =>
  ValidateBy({
    name: 'isBound',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'number' && Number.isFinite(value)) ||
        (typeof value === 'string' && value.length <= 20),
      defaultMessage: () => 'must be a number, or for dates a day as YYYY-MM-DD',
    },
  });
