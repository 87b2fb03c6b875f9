import { ValidateBy } from 'class-validator';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** A point in time with its offset. */
export const IsMoment = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMoment',
    validator: {
      validate: isMoment,
      defaultMessage: () =>
        '$property must be a date and time with its offset. Send one of the form 2027-11-23T00:00:00Z.',
    },
  });

/** Says nothing about what is no point in time: that is for {@link IsMoment}. */
export const IsInTheFuture = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInTheFuture',
    validator: {
      validate: (value: unknown) => !isMoment(value) || Date.parse(String(value)) > Date.now(),
      defaultMessage: () => '$property has passed already. Send a later time, or none for a key without end.',
    },
  });

function isMoment(value: unknown): boolean {
  if (typeof value !== 'string' || !RFC_3339.test(value) || Number.isNaN(Date.parse(value))) return false;
  // The 31st of February would otherwise become a day of March.
  const day = value.slice(0, 'yyyy-mm-dd'.length);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
