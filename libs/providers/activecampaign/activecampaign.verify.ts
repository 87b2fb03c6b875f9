import {
  idIn,
  isObject,
  lacking,
  rejected,
  unknownAnswer,
  unreachable,
  type CredentialCheck,
  type Failure,
  type ProviderAccess,
  type Right,
  type Verification,
} from '@rekomi/provider-contract';
import { failureOf } from './activecampaign.answers.js';
import { ask } from './activecampaign.calls.js';
import { WITHOUT_EVENTS } from './activecampaign.manifest.js';

const ACCOUNT: readonly string[] = ['apiUrl', 'apiKey'];
const EVENTS: readonly string[] = ['eventActid', 'eventKey'];

/** Three reads: who the key belongs to, whether it may see lists, whether event tracking is on. */
export async function verifyAccount(access: ProviderAccess): Promise<Verification> {
  const missing = lacking(access, ACCOUNT);
  if (missing !== undefined) return missing;
  const me = await ask(access, { method: 'GET', path: '/users/me' });
  // Whatever answers there, it has nobody to ask who the key belongs to.
  if (me.kind !== 'ok' && (me.kind === 'failed' ? me.failure.status : me.status) === 404) {
    const vendorMessage = 'There is no account at this address. Copy the API URL again.';
    return rejected({ code: 'credentials_rejected', vendorMessage }, ['apiUrl']);
  }
  if (me.kind !== 'ok') return refusalOf(failureOf(me));
  const { user } = me.body;
  if (!isObject(user) || idIn(user['id']) === undefined) return refusalOf(unknownAnswer(me.status));
  const lists = await ask(access, { method: 'GET', path: '/lists', query: { limit: '1' } });
  const events = await checkEvents(access);
  const listsLost = lists.kind === 'ok' ? undefined : failureOf(lists);
  const listsDetail = `Lists could not be seen: ${listsLost?.vendorMessage ?? listsLost?.code ?? ''}. The key’s user needs a group with the permission.`;
  return {
    kind: 'valid',
    account: { name: access.hint('apiUrl')?.split('.', 1)[0] ?? '' },
    rights: [
      { name: 'contacts', granted: true },
      listsLost === undefined
        ? { name: 'audiences', granted: true }
        : { name: 'audiences', granted: false, detail: listsDetail },
      events.right,
      { name: 'read_back', granted: true },
    ],
    checks: [{ credentials: ACCOUNT, result: 'valid' }, events.check],
  };
}

async function checkEvents(
  access: ProviderAccess,
): Promise<{ readonly right: Right; readonly check: CredentialCheck }> {
  const lost = (detail: string): Right => ({ name: 'events', granted: false, detail });
  const missing = EVENTS.filter((name) => !access.has(name));
  if (missing.length > 0) {
    const check = {
      credentials: missing,
      result: 'missing',
      code: 'credential_missing',
      detail: WITHOUT_EVENTS,
    } as const;
    return { right: lost(WITHOUT_EVENTS), check };
  }
  // Nothing but an event could show whether actid and key are right.
  const check = { credentials: EVENTS, result: 'untestable' } as const;
  const reading = await ask(access, { method: 'GET', path: '/eventTracking' });
  const tracking = reading.kind === 'ok' ? reading.body['eventTracking'] : undefined;
  const off = isObject(tracking) && (tracking['enabled'] === false || String(tracking['enabled']) === '0');
  if (!off) return { right: { name: 'events', granted: true }, check };
  const detail =
    'Event tracking is switched off. Switch it on in ActiveCampaign under Website → Site Tracking.';
  return { right: lost(detail), check };
}

function refusalOf(failure: Failure): Verification {
  if (failure.kind === 'unauthorised') {
    // Nothing narrower than the key itself can be missing where it asks who it belongs to.
    const code = failure.code === 'right_missing' ? 'credentials_rejected' : failure.code;
    return rejected({ ...failure, code }, ['apiKey']);
  }
  return unreachable(failure, ACCOUNT);
}
