import type { Answered } from './access.js';
import { readAnswer, type AnswerTable } from './reading.js';

const TABLE: AnswerTable = {
  credential: 'apiKey',
  words: ({ body }) => (body as { message?: string } | undefined)?.message ?? '',
  meanings: [
    { status: 401, words: /scope/, kind: 'unauthorised', code: 'right_missing' },
    { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 410, kind: 'unauthorised', code: 'api_version_retired', withoutCredential: true },
    { status: 503, words: /suspended/, kind: 'unauthorised', code: 'account_inactive' },
  ],
  declines: [400, 404],
  isOwnNo: (body) => typeof body.message === 'string',
};

function read(status: number, body?: unknown, text = body === undefined ? '' : JSON.stringify(body)) {
  const answer: Answered = { kind: 'answered', status, headers: {}, body, text };
  return readAnswer(answer, { family: 'api', now: 0, harmless: false }, TABLE);
}

const failure = (status: number, body?: unknown, text?: string) => {
  const reading = read(status, body, text);
  return reading.kind === 'failed' ? reading.failure : reading;
};

describe('an answer, sorted by a vendor’s table', () => {
  it('is taken when it is an object under a success status, or 204', () => {
    expect(read(200, { id: 1 })).toEqual({ kind: 'ok', status: 200, body: { id: 1 } });
    expect(read(204)).toEqual({ kind: 'ok', status: 204, body: {} });
  });

  it('is no success without a positive sign', () => {
    expect(failure(200)).toMatchObject({ kind: 'unavailable', code: 'vendor_unreadable' });
    expect(failure(200, [1])).toMatchObject({ kind: 'unavailable', code: 'vendor_unreadable' });
    expect(failure(302, { message: 'elsewhere' })).toMatchObject({ code: 'answer_unknown' });
  });

  it('is a refusal only where the vendor itself speaks', () => {
    expect(read(404, { message: 'No such list' })).toMatchObject({
      kind: 'declined',
      vendorMessage: 'No such list',
    });
    expect(failure(404, {})).toMatchObject({ kind: 'unavailable', code: 'answer_unknown', status: 404 });
    expect(failure(404, undefined, '<html>Not found</html>')).toMatchObject({ code: 'vendor_unreadable' });
    expect(failure(418, { message: 'teapot' })).toMatchObject({ code: 'answer_unknown' });
  });

  it('means what the first row says that fits status and words', () => {
    expect(failure(401, { message: 'scope' })).toMatchObject({ code: 'right_missing', credential: 'apiKey' });
    expect(failure(401, {})).toEqual({
      kind: 'unauthorised',
      code: 'credentials_rejected',
      credential: 'apiKey',
      status: 401,
    });
    expect(failure(410, {})).not.toHaveProperty('credential');
  });

  it('can tell a suspended account from an outage', () => {
    expect(failure(503, { message: 'suspended' })).toMatchObject({ code: 'account_inactive' });
    expect(failure(503, { message: 'later' })).toMatchObject({ kind: 'unavailable', code: 'vendor_error' });
  });

  it('is throttled before anything else', () => {
    expect(failure(429, undefined, '<html>')).toMatchObject({ kind: 'throttled', family: 'api' });
  });
});
