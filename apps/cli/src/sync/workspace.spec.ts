import { chooseWorkspace } from './workspace.js';

describe('the workspace', () => {
  const keys = { CUSTOMERIO_SITE_ID: 'site', CUSTOMERIO_TRACK_API_KEY: 'track' };

  it('is the sandbox as long as no keys are set', () => {
    expect(chooseWorkspace({}, false)).toMatchObject({
      environment: 'sandbox',
      credentials: { siteId: 'sandbox-site-us' },
    });
  });

  it('is the real one when its keys are set, without an App key too', () => {
    expect(chooseWorkspace(keys, false)).toEqual({
      environment: 'live',
      credentials: { siteId: 'site', trackApiKey: 'track' },
    });
    expect(chooseWorkspace({ ...keys, CUSTOMERIO_APP_API_KEY: ' app\n' }, false).credentials).toEqual({
      siteId: 'site',
      trackApiKey: 'track',
      appApiKey: 'app',
    });
  });

  it('is the sandbox when it was asked for, whatever keys are set', () => {
    expect(chooseWorkspace(keys, true).environment).toBe('sandbox');
  });

  it.each([
    [{ CUSTOMERIO_SITE_ID: 'site' }, /CUSTOMERIO_TRACK_API_KEY is not set/],
    [{ CUSTOMERIO_TRACK_API_KEY: 'track' }, /CUSTOMERIO_SITE_ID is not set/],
    [{ CUSTOMERIO_APP_API_KEY: 'app' }, /CUSTOMERIO_SITE_ID is not set/],
  ])('is not guessed from half of the keys', (env, message) => {
    expect(() => chooseWorkspace(env, false)).toThrow(message);
  });
});
