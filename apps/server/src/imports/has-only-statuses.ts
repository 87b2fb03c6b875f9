import { STATUS_CHOICES } from '@rekomi/programs';
import { ValidateBy } from 'class-validator';

const MOST = 1000;

/** The values of an object are choices of a status. */
export const HasOnlyStatuses = (): PropertyDecorator =>
  ValidateBy({
    name: 'hasOnlyStatuses',
    validator: {
      validate: (value: unknown): boolean =>
        typeof value === 'object' &&
        value !== null &&
        Object.keys(value).length <= MOST &&
        Object.values(value).every((choice) => (STATUS_CHOICES as readonly unknown[]).includes(choice)),
      defaultMessage: () => `each value of $property must be one of ${STATUS_CHOICES.join(', ')}`,
    },
  });
