import type { EmulatedContact, EmulatorProbe } from '@rekomi/provider-contract';

export interface ProbeCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/**
 * The control calls that every emulated vendor has, under `/_sandbox/{slug}/`: `GET contacts?email=`, `POST contacts`,
 * `GET audiences`, `POST audiences {name, count}` (several get numbers behind their name), `DELETE audiences/{id}`,
 * `POST revoke {revoked}`, `POST settle`, `POST reset`, and `GET accounts`: the invented keys that work here.
 *
 * @returns undefined for an unknown one; `{error}` for one that is malformed.
 */
export function answerProbe(probe: EmulatorProbe, call: ProbeCall): unknown {
  const [area, id] = call.path.split('/', 2);
  const body = (call.body ?? {}) as Readonly<Record<string, unknown>>;
  switch (`${call.method} ${area ?? ''}`) {
    case 'GET contacts': {
      const email = call.query.get('email');
      return email === null ? { count: probe.count() } : { contact: probe.contact(email) ?? null };
    }
    case 'POST contacts':
      if (typeof body['email'] !== 'string') return { error: 'a contact has an "email"' };
      probe.seed(body as Partial<EmulatedContact> & { email: string });
      return { contact: probe.contact(body['email']) ?? null };
    case 'GET accounts':
      return { accounts: probe.accounts };
    case 'GET audiences':
      return { audiences: probe.audiences() };
    case 'POST audiences':
      if (typeof body['name'] !== 'string') return { error: 'an audience has a "name"' };
      return added(probe, body['name'], body['count']);
    case 'DELETE audiences':
      if (id === undefined || id === '') return { error: 'which audience?' };
      probe.removeAudience(decodeURIComponent(id));
      return { audiences: probe.audiences() };
    case 'POST revoke':
      probe.revoke(body['revoked'] !== false);
      return { revoked: body['revoked'] !== false };
    case 'POST settle':
      probe.settle();
      return { settled: true };
    case 'POST reset':
      probe.reset();
      return { count: probe.count() };
    default:
      return undefined;
  }
}

function added(probe: EmulatorProbe, name: string, count: unknown): unknown {
  if (count === undefined) return { id: probe.addAudience(name) };
  if (typeof count !== 'number' || !(count >= 1 && count <= 10_000)) {
    return { error: 'count is a number from 1 to 10000' };
  }
  const ids = Array.from({ length: count }, (_, index) => probe.addAudience(`${name} ${index + 1}`));
  return { ids };
}
