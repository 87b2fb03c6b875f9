import { Injectable } from '@nestjs/common';
import {
  foundOf,
  joinDeltas,
  told,
  unknownAnswer,
  type AudiencePage,
  type Authorization,
  type ContactChange,
  type ContactEvent,
  type ContactRemoval,
  type CrmProvider,
  type ErrorCode,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type ProviderManifest,
  type Verification,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { readAnswer, type Reading } from './vero.answers.js';
import { veroManifest } from './vero.manifest.js';
import {
  eventBody,
  fieldsToSend,
  idOf,
  isEmpty,
  tagPlan,
  tooLong,
  unclaimed,
  wantedFields,
  type Fields,
  type TagPlan,
} from './vero.mapping.js';

const HOST = veroManifest.regions[0].hosts.api;
const EMAIL_TOO_LONG: Failure = { kind: 'refused', code: 'email_too_long', field: 'email' };

/** Vero, Track REST API v2: it takes, and tells nothing. Profiles are known by id, and a tag is the audience. */
@Injectable()
export class VeroProvider implements CrmProvider {
  readonly manifest: ProviderManifest = veroManifest;

  /**
   * Whether the API is there is all that can be seen without writing: its heartbeat asks for no key, and parameters are
   * checked before the key, so only a complete write would tell a good key from a bad one.
   */
  async verify(access: ProviderAccess): Promise<Verification> {
    const answer = await access.http.request({
      ...{ family: 'track', method: 'GET', host: HOST, path: '/api/v2/heartbeat' },
      authorization: { kind: 'none' },
    });
    const credentials = ['apiKey'];
    const reading = readAnswer(answer, access.now(), 'answer_unknown');
    // Whether the heartbeat still exists is not certain; any answer that is the vendor's own shows that it is there.
    const there =
      answer.kind === 'answered' &&
      answer.status < 500 &&
      !['vendor_throttled', 'vendor_unreadable'].includes(codeOf(reading));
    if (there) {
      const code = 'credentials_untested';
      return { kind: 'untestable', code, checks: [{ credentials, result: 'untestable', code }] };
    }
    const { code, vendorMessage } = reading.kind === 'ok' ? unknownAnswer() : reading.failure;
    const words = { code, ...(vendorMessage === undefined ? {} : { vendorMessage }) };
    return { kind: 'unreachable', ...words, checks: [{ credentials, result: 'unreachable', ...words }] };
  }

  async listAudiences(): Promise<AudiencePage> {
    return { kind: 'refused', code: 'audiences_not_listed' };
  }

  async upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
    const { desired, previous } = change;
    if (tooLong(desired.email)) return EMAIL_TOO_LONG;
    const id = idOf(desired.email);
    const moved = previous !== undefined && idOf(previous.email) !== id;
    const { fields: wanted, warnings: held } = wantedFields(change);
    const warnings = [...held];
    let written: WrittenDelta | undefined;
    const outcome = (failure?: Failure): Outcome => ({
      ...(failure ?? { kind: written === undefined ? 'unchanged' : 'accepted' }),
      ...(written === undefined ? {} : { written }),
      ...told(warnings),
    });

    let ours = previous;
    if (moved) {
      const renamed = await rename(access, previous, id);
      if (renamed.failure !== undefined) return { ...renamed.failure };
      ours = renamed.ours;
      written = renamed.written;
      warnings.push(...renamed.warnings);
    }
    const rewrite = change.rewrite === true || moved;
    const fields = fieldsToSend(wanted, { rewrite, ...(ours === undefined ? {} : { previous: ours }) });
    if (ours === undefined || rewrite || Object.keys(fields).length > 0) {
      const put = await writeProfile(access, id, fields);
      if (put.failure !== undefined) return outcome(put.failure);
      written = joinDeltas(written, { email: desired.email.trim(), fields: put.fields });
      warnings.push(...put.warnings);
    }
    const tags = tagPlan(desired, ours, rewrite);
    if (!isEmpty(tags.delta)) {
      const told = unseenStays(access) ? unclaimed(tags.delta) : tags.delta;
      const failure = await editTags(access, id, tags);
      if (failure !== undefined) {
        written = joinDeltas(written, foundOf(told.tagsFound, told.audiencesFound));
        return outcome(failure);
      }
      written = joinDeltas(written, told);
    }
    return outcome();
  }

  async trackEvent(access: ProviderAccess, event: ContactEvent): Promise<Outcome> {
    const body = eventBody(event);
    if ('kind' in body) return body;
    const reading = await write(access, 'POST', 'events/track', body, 'event_refused');
    return reading.kind === 'ok' ? { kind: 'accepted' } : reading.failure;
  }

  /** Tags go. Properties stay, because what empties one is not documented. */
  async removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
    const warnings = [...staying(previous), ...unseen(access, previous)];
    const tags = tagPlan({ tags: [], audiences: [] }, previous);
    const more = warnings.length === 0 ? {} : { warnings };
    if (isEmpty(tags.delta)) return { kind: 'unchanged', ...more };
    const failure = await editTags(access, idOf(previous.email), tags);
    return failure === undefined
      ? { kind: 'accepted', written: tags.delta, ...more }
      : { ...failure, ...more };
  }

  async eraseContact(access: ProviderAccess, email: string): Promise<Outcome> {
    const reading = await write(access, 'POST', 'users/delete', { id: idOf(email) }, 'contact_refused');
    return reading.kind === 'ok' ? { kind: 'accepted' } : reading.failure;
  }
}

/** The secret goes into the body, under the name that its kind has: in an address it would end up in access logs. */
async function write(
  access: ProviderAccess,
  method: 'POST' | 'PUT',
  path: string,
  json: object,
  refusal: ErrorCode,
): Promise<Reading> {
  const name = access.hint('apiKey') === undefined ? 'tracking_api_key' : 'auth_token';
  const authorization: Authorization = { kind: 'body', credentials: { [name]: 'apiKey' } };
  const request = { family: 'track', method, host: HOST, path: `/api/v2/${path}`, json, authorization };
  return readAnswer(await access.http.request(request), access.now(), refusal);
}

/** Once more without properties when the vendor says no: which one is at fault it does not tell. */
async function writeProfile(
  access: ProviderAccess,
  id: string,
  fields: Fields,
): Promise<{ readonly fields: Fields; readonly warnings: readonly Warning[]; readonly failure?: Failure }> {
  const track = (some: Fields): Promise<Reading> =>
    write(
      access,
      'POST',
      'users/track',
      { id, email: id, ...(Object.keys(some).length === 0 ? {} : { data: some }) },
      'contact_refused',
    );
  const reading = await track(fields);
  if (reading.kind === 'ok') return { fields, warnings: [] };
  const names = Object.keys(fields);
  if (reading.kind === 'failed' || names.length === 0)
    return { fields: {}, warnings: [], failure: reading.failure };
  const again = await track({});
  if (again.kind !== 'ok') return { fields: {}, warnings: [], failure: again.failure };
  const words = reading.failure.vendorMessage ?? 'Vero gave no reason';
  const detail = `Vero did not take the properties and does not say which is at fault: ${words}`;
  return { fields: {}, warnings: names.map((field) => ({ code: 'field_rejected', field, detail })) };
}

async function editTags(
  access: ProviderAccess,
  id: string,
  { add, remove }: TagPlan,
): Promise<Failure | undefined> {
  if (add.length + remove.length === 0) return undefined;
  const edit = { id, ...(add.length === 0 ? {} : { add }), ...(remove.length === 0 ? {} : { remove }) };
  const reading = await write(access, 'PUT', 'users/tags/edit', edit, 'contact_refused');
  return reading.kind === 'ok' ? undefined : reading.failure;
}

interface Renamed {
  readonly failure?: Failure;
  /** What stands under the new id now, as far as it is ours. */
  readonly ours?: WrittenContact;
  readonly written?: WrittenDelta;
  readonly warnings: readonly Warning[];
}

/**
 * Takes the profile along to a new address. Consent cannot be looked up here; whoever unsubscribed stays so only if the
 * profile itself moves. Where Vero says no, our tags are taken away at the old one.
 */
async function rename(access: ProviderAccess, previous: WrittenContact, id: string): Promise<Renamed> {
  const old = idOf(previous.email);
  const reading = await write(access, 'PUT', 'users/reidentify', { id: old, new_id: id }, 'contact_refused');
  if (reading.kind === 'failed') return { failure: reading.failure, warnings: [] };
  if (reading.kind === 'ok') return { ours: previous, warnings: [] };
  const tags = tagPlan({ tags: [], audiences: [] }, previous);
  const failure = await editTags(access, old, tags);
  if (failure !== undefined && failure.kind !== 'refused') return { failure, warnings: [] };
  const fields = Object.fromEntries(Object.keys(previous.fields).map((name) => [name, null]));
  const words = reading.failure.vendorMessage ?? 'it gave no reason';
  const detail = `Vero did not rename the profile ${old} (${words}), so it stays, without our tags.`;
  return {
    written: { fields, ...tags.delta },
    warnings: [{ code: 'left_in_place', field: 'id', detail }],
  };
}

function staying({ fields }: WrittenContact): readonly Warning[] {
  const ours = Object.keys(fields).filter((name) => name.startsWith('rekomi_'));
  if (ours.length === 0) return [];
  const detail = `Vero documents no way to empty a property, so these stay: ${ours.join(', ')}.`;
  return [{ code: 'left_in_place', field: ours[0] ?? '', detail }];
}

function unseenStays({ settings }: ProviderAccess): boolean {
  return settings.unseenTags === 'stay';
}

function unseen(
  access: ProviderAccess,
  { tagsFound = [], audiencesFound = [] }: WrittenContact,
): readonly Warning[] {
  const tags = [...new Set([...tagsFound, ...audiencesFound])];
  if (tags.length === 0 || !unseenStays(access)) return [];
  const detail = `Vero does not show who had a tag before us, so these stay, as the connection says: ${tags.join(', ')}.`;
  return [{ code: 'left_in_place', field: 'tags', detail }];
}

function codeOf(reading: Reading): ErrorCode | 'ok' {
  return reading.kind === 'ok' ? 'ok' : reading.failure.code;
}
