import { readOptions } from './options.js';

const read = (argv: string[], env: NodeJS.ProcessEnv = {}): ReturnType<typeof readOptions> =>
  readOptions(argv, env, '/srv/rekomi');

describe('options of npm start', () => {
  it('needs none: embedded database, sandbox, free ports, data in the project', () => {
    expect(read([])).toEqual({
      ...{ dataFolder: '/srv/rekomi/.rekomi', database: null, withSandbox: true },
      ...{ apiPort: null, sandboxPort: null, empty: false, reset: false, yes: false, help: false },
    });
  });

  it('takes a database of one’s own only with both roles', () => {
    const both = { DATABASE_URL: 'postgres://app', DATABASE_OWNER_URL: 'postgres://owner' };
    expect(read([], both).database).toEqual({ appUrl: 'postgres://app', ownerUrl: 'postgres://owner' });
    expect(() => read([], { DATABASE_URL: 'postgres://app' })).toThrow(/^DATABASE_OWNER_URL is missing/);
    expect(() => read([], { DATABASE_OWNER_URL: 'postgres://owner' })).toThrow(/^DATABASE_URL is missing/);
  });

  it('does not fill a database of one’s own with examples unless told to', () => {
    const both = { DATABASE_URL: 'postgres://app', DATABASE_OWNER_URL: 'postgres://owner' };
    expect([read([]).empty, read(['--empty']).empty]).toEqual([false, true]);
    expect([read([], both).empty, read(['--demo'], both).empty]).toEqual([true, false]);
  });

  it.each(['0', '65536', 'http', '80.5'])('refuses %s as a port', (PORT) => {
    expect(() => read([], { PORT })).toThrow(`PORT=${PORT} is not a port number`);
  });

  it('names an option it does not know and lists those it does', () => {
    expect(() => read(['--restet'])).toThrow(/'--restet'[\s\S]*--reset/);
  });
});
