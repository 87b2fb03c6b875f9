import {
  answeredJson,
  answeredPage,
  change,
  codeOf,
  inProcessAccess,
  inProcessVendor,
  JANE,
} from '@rekomi/vendor-emulation/testing';
import { readAnswer, readItem } from './iterable.answers.js';
import { iterableEmulator } from './iterable.emulator.js';
import { iterableManifest } from './iterable.manifest.js';
import { IterableProvider } from './iterable.provider.js';

describe('the answers of Iterable', () => {
  const read = (status: number, body: unknown) => {
    const reading = readAnswer(answeredJson(status, body), { family: 'profiles', now: 0, harmless: false });
    return reading.kind === 'ok' ? 'ok' : codeOf(reading.failure);
  };

  it.each([
    [200, { msg: '', code: 'Success', params: null }, 'ok'],
    [
      400,
      { msg: 'error.lists.invalidListId(9)', code: 'Success', params: { projectId: 1, listId: 9 } },
      'misconfigured audience_missing',
    ],
    [
      400,
      { msg: 'Invalid email: sayan', code: 'InvalidEmailAddressError', params: null },
      'refused email_invalid',
    ],
    [400, { msg: 'x', code: 'UniqueFieldsLimitExceeded', params: null }, 'refused field_rejected'],
    [400, { msg: 'x', code: 'dataTypeMismatch', params: null }, 'refused field_rejected'],
    [
      400,
      { msg: '[/api/users/update] Invalid JSON body', code: 'BadJsonBody', params: {} },
      'refused request_malformed',
    ],
    [400, { msg: 'x', code: 'GenericError', params: null }, 'refused contact_refused'],
    [400, {}, 'unavailable answer_unknown'],
    [401, { msg: 'Invalid API key', code: 'BadApiKey', params: {} }, 'unauthorised credentials_rejected'],
    [401, { msg: 'Invalid API key', code: 'Success', params: {} }, 'unauthorised credentials_rejected'],
    [
      401,
      { msg: 'Disabled API key or insufficient privileges', code: 'BadApiKey', params: {} },
      'unauthorised right_missing',
    ],
    [409, { msg: 'x', code: 'ForgottenUserError', params: null }, 'refused contact_suppressed'],
    [409, { msg: 'x', code: 'ExternalKeyConflict', params: null }, 'refused identifier_conflict'],
    [
      429,
      {
        msg: 'Exceeded rate limit for endpoint: /api/users/update, project: 1',
        code: 'RateLimitExceeded',
        params: {},
      },
      'throttled vendor_throttled',
    ],
    [503, { msg: 'x', code: 'GenericError', params: null }, 'unavailable vendor_error'],
  ])('%i %j', (status, body, code) => expect(read(status, body)).toBe(code));

  it.each([
    [{ successCount: 1, failCount: 0 }, 'ok'],
    [{ successCount: 0, failCount: 1, failedUpdates: { invalidEmails: [JANE] } }, 'refused email_invalid'],
    [{ successCount: 0, failCount: 1, invalidEmails: [JANE] }, 'refused email_invalid'],
    [
      { successCount: 0, failCount: 1, failedUpdates: { invalidDataEmails: [JANE] } },
      'refused field_rejected',
    ],
    [
      { successCount: 0, failCount: 1, failedUpdates: { forgottenEmails: [JANE] } },
      'refused contact_suppressed',
    ],
    [
      { successCount: 0, failCount: 1, failedUpdates: { conflictEmails: [JANE] } },
      'refused identifier_conflict',
    ],
    [{ successCount: 0, failCount: 1, failedUpdates: { notFoundEmails: [JANE] } }, 'refused contact_refused'],
    [
      { successCount: 1, failCount: 1, failedUpdates: { forgottenEmails: [JANE] } },
      'refused contact_suppressed',
    ],
    [{ successCount: 0, failCount: 1 }, 'unavailable answer_unknown'],
    [{ successCount: 0, failCount: 0 }, 'unavailable answer_unknown'],
    [{}, 'unavailable answer_unknown'],
  ])('about the only item of a list call: %j', (body, code) => {
    const reading = readItem(
      readAnswer(answeredJson(200, body), { family: 'memberships', now: 0, harmless: false }),
    );
    expect(reading.kind === 'ok' ? 'ok' : codeOf(reading.failure)).toBe(code);
  });

  it('that are pages are nobody’s fault', async () => {
    const access = inProcessAccess(iterableManifest, inProcessVendor(iterableEmulator), { apiKey: 'any' });
    for (const status of [200, 404, 502]) {
      access.http.next(answeredPage(status));
      expect(codeOf(await new IterableProvider().upsertContact(access, change()))).toBe(
        'unavailable vendor_unreadable',
      );
    }
  });
});
