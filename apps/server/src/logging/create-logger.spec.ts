import { Writable } from 'node:stream';
import type { Level, Logger } from 'pino';

import { createLogger } from './create-logger.js';
import { NestLogger } from './nest-logger.js';

function logTo(level: Level): {
  readonly logger: Logger;
  readonly text: () => string;
  readonly last: () => object;
} {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return {
    logger: createLogger(level, destination),
    text: () => lines.join(''),
    last: () => JSON.parse(lines.at(-1) ?? 'null') as object,
  };
}

const KEY = 'rk_live_0123456789abcdefghijABCDEFGHIJ123456';

describe('the log', () => {
  it('has no secret, whatever it is called and however deep it lies', () => {
    const { logger, text } = logTo('trace');
    const secret = 'hunter2';
    logger.info({ req: { headers: { authorization: `Bearer ${secret}`, 'x-api-key': secret } } });
    logger.info({
      credentials: { trackApiKey: secret },
      password: secret,
      accessToken: secret,
      client_secret: secret,
    });
    logger.debug({ list: [{ cookie: secret }] }, `sent Basic ${secret}=`);
    logger.error(`key ${KEY} of postgres://rekomi:${secret}@db/rekomi`);
    logger.warn({
      err: new Error(`401 for Bearer ${secret}`, { cause: new Error(`postgres://a:${secret}@b`) }),
    });
    logger.trace('%s and %j', `Bearer ${secret}`, { token: secret });
    expect(text()).not.toContain(secret);
    expect(text()).not.toContain(KEY.slice(8));
    expect(text().trim().split('\n')).toHaveLength(6);
  });

  it('has e-mail addresses in debug lines only', () => {
    const { logger, text } = logTo('debug');
    logger.info(
      { email: 'ada@example.com', note: 'for ada+crm@mail.example.com' },
      'sent to o’neil@example.com',
    );
    expect(text()).not.toMatch(/@/);
    logger.debug({ email: 'ada@example.com' });
    expect(text()).toContain('ada@example.com');
  });

  it('keeps what is needed to find a request again', () => {
    const { logger, last } = logTo('info');
    logger.info(
      { requestId: 'r-1', apiKeyId: 'k-1', connectionId: 'c-1', durationMs: 1.5, at: new Date(0) },
      'done',
    );
    expect(last()).toMatchObject({
      level: 'info',
      requestId: 'r-1',
      apiKeyId: 'k-1',
      connectionId: 'c-1',
      durationMs: 1.5,
      at: '1970-01-01T00:00:00.000Z',
      msg: 'done',
    });
  });

  it('survives objects that contain themselves', () => {
    const { logger, last } = logTo('info');
    const loop: { self?: unknown } = {};
    loop.self = loop;
    logger.info({ loop }, 'still here');
    expect(last()).toMatchObject({ msg: 'still here' });
  });

  it('tells type, message and stack of an error, and not what a driver attached to it', () => {
    const { logger, last } = logTo('info');
    const err = Object.assign(new TypeError('broken'), { code: '23505', parameters: ['ada@example.com'] });
    new NestLogger(logger).error({ msg: 'A request failed.', err });
    expect(last()).toMatchObject({
      msg: 'A request failed.',
      err: {
        type: 'TypeError',
        message: 'broken',
        code: '23505',
        stack: expect.stringContaining('create-logger.spec'),
      },
    });
    expect(last()).not.toHaveProperty('err.parameters');
  });
});
