import { eventNameFault, type EventNameRules } from './event-names.js';

const nothing: EventNameRules = { reserved: [], source: 'a test' };

describe('the name of an event', () => {
  it.each<[string, Partial<EventNameRules>, string, ReturnType<typeof eventNameFault>]>([
    ['fits a vendor that asks nothing', {}, 'é'.repeat(500), undefined],
    ['is not blank anywhere', {}, '  ', 'blank'],
    ['has as many bytes as the vendor allows', { maximumBytes: 4 }, 'éé', undefined],
    ['has a byte too many', { maximumBytes: 4 }, 'ééa', 'too_long'],
    ['has as many characters as the vendor allows', { maximumCharacters: 2 }, '🎉🎉', undefined],
    ['has a character too many', { maximumCharacters: 2 }, '🎉🎉a', 'too_long'],
    ['is counted without blanks at its ends', { maximumBytes: 1 }, ' a ', undefined],
    ['has the form', { form: { pattern: '[a-z_]+', words: '' } }, 'paid_out', undefined],
    ['has the form only in part', { form: { pattern: 'a|b', words: '' } }, 'ab', 'form'],
    ['is kept by the vendor, in any letter case', { reserved: ['user deleted'] }, 'User DELETED', 'reserved'],
    ['begins as names that the vendor keeps', { reserved: ['$*'] }, '$email_opened', 'reserved'],
    [
      'only contains a name that the vendor keeps',
      { reserved: ['user deleted'] },
      'user deleted me',
      undefined,
    ],
  ])('%s', (_what, rules, name, fault) => {
    expect(eventNameFault({ ...nothing, ...rules }, name)).toBe(fault);
  });

  it('is free where the vendor has no rules', () => {
    expect(eventNameFault(undefined, 'User Deleted')).toBeUndefined();
  });
});
