import { breakingChanges, type ProviderDefinition } from './definition.js';

const published: ProviderDefinition = {
  slug: 'acme-mail',
  credentials: { apiKey: { required: true, secret: true }, eventKey: { required: false, secret: true } },
  account: ['apiKey'],
  settings: { mode: { type: 'choice', choices: ['safe', 'fast'] }, size: { type: 'integer' } },
  regions: ['us', 'eu'],
  audienceRequired: false,
  events: 'native',
  writes: ['email'],
};

const change = (more: Partial<ProviderDefinition>) => breakingChanges(published, { ...published, ...more });

describe('a change of what a provider has published', () => {
  it('breaks nothing when something optional is added', () => {
    expect(
      change({
        credentials: { ...published.credentials, appKey: { required: false, secret: true } },
        settings: { ...published.settings, mode: { type: 'choice', choices: ['safe', 'fast', 'slow'] } },
        regions: ['us', 'eu', 'au'],
        writes: ['email', 'name'],
      }),
    ).toEqual([]);
  });

  it.each<[string, Partial<ProviderDefinition>, string]>([
    [
      'a new required credential',
      { credentials: { ...published.credentials, appKey: { required: true, secret: true } } },
      'appKey is required',
    ],
    [
      'a credential that becomes required',
      { credentials: { ...published.credentials, eventKey: { required: true, secret: true } } },
      'eventKey is required',
    ],
    [
      'a renamed credential',
      { credentials: { key: { required: true, secret: true }, eventKey: { required: false, secret: true } } },
      'apiKey is gone',
    ],
    [
      'a secret that is none any more',
      { credentials: { ...published.credentials, apiKey: { required: true, secret: false } } },
      'no secret any more',
    ],
    ['a setting that is gone', { settings: { size: { type: 'integer' } } }, 'mode is gone'],
    [
      'a choice that is gone',
      { settings: { ...published.settings, mode: { type: 'choice', choices: ['safe'] } } },
      'lost its choice fast',
    ],
    [
      'a setting of another type',
      { settings: { ...published.settings, size: { type: 'text' } } },
      'of another type',
    ],
    ['a region that is gone', { regions: ['us'] }, 'region eu is gone'],
    ['another account', { account: ['eventKey'] }, 'names the vendor account'],
    ['an audience that is required', { audienceRequired: true }, 'audience is required'],
    ['another slug', { slug: 'acme' }, 'slug changed'],
  ])('breaks with %s', (_, more, said) => {
    expect(change(more).join('\n')).toContain(said);
  });
});
