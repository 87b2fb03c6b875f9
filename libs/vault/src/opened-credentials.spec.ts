import { format, inspect } from 'node:util';
import { OpenedCredentials } from './opened-credentials.js';

const CANARY = 'canary-7f3a9c51e2';

describe('an opened credential handle', () => {
  const handle = OpenedCredentials.hold({ trackApiKey: CANARY, appApiKey: '' });

  it('shows nothing however it is printed, serialised or spread', () => {
    /* eslint-disable @typescript-eslint/no-unnecessary-template-expression, @typescript-eslint/no-unnecessary-type-conversion,
       @typescript-eslint/no-misused-spread -- the careless ways of printing are what is tested */
    const prints = [
      String(handle),
      `${handle as unknown as string}`,
      '' + (handle as unknown as string),
      JSON.stringify({ handle }),
      JSON.stringify({ ...handle }),
      inspect(handle, { showHidden: true, depth: 9, customInspect: false }),
      inspect({ nested: { handle } }, { showHidden: true, depth: 9 }),
      format('%s %o %O %j', handle, handle, handle, handle),
      Object.entries(handle).join(),
      Reflect.ownKeys(handle).map(String).join(),
    ];
    /* eslint-enable */
    for (const print of prints) expect(print).not.toContain(CANARY);
    expect(prints[0]).toBe('[credentials]');
  });

  it('gives a value out only to a caller that says what for', () => {
    expect(handle.reveal('trackApiKey', 'authorize')).toBe(CANARY);
    expect(handle.reveal('trackApiKey', 'log' as 'mask')).toBeUndefined();
  });

  it('counts an empty value as absent, and knows nothing by inherited names', () => {
    expect(handle.has('trackApiKey')).toBe(true);
    expect(handle.has('appApiKey')).toBe(false);
    expect(handle.has('constructor')).toBe(false);
    expect(handle.reveal('__proto__', 'authorize')).toBeUndefined();
  });
});
