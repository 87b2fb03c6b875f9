import {
  isWholeBatch,
  type Answered,
  type ContactChange,
  type CrmProvider,
  type Outcome,
  type ProviderAccess,
  type VendorAnswer,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { PlainPostProvider } from './plain-post/plain-post.provider.js';

/** A good provider with one mistake in it. */
export interface BrokenProvider {
  /** What it does wrong, as a sentence. */
  readonly mistake: string;
  readonly provider: CrmProvider;
  /** The cases that have to find it. */
  readonly red: readonly string[];
}

type Methods = Partial<Omit<CrmProvider, 'manifest'>>;
type Sending = (
  request: VendorRequest,
  send: (request: VendorRequest) => Promise<VendorAnswer>,
) => Promise<VendorAnswer>;

const SECRET = 'acme-eu-0ddba11c0ffee';
const good = new PlainPostProvider();

function with_(over: Methods, manifest: CrmProvider['manifest'] = good.manifest): CrmProvider {
  const methods = {
    verify: good.verify.bind(good),
    listAudiences: good.listAudiences.bind(good),
    createAudience: good.createAudience.bind(good),
    upsertContact: good.upsertContact.bind(good),
    upsertContacts: good.upsertContacts.bind(good),
    trackEvent: good.trackEvent.bind(good),
    trackEvents: good.trackEvents.bind(good),
    readContact: good.readContact.bind(good),
    removeContact: good.removeContact.bind(good),
    eraseContact: good.eraseContact.bind(good),
  };
  return { manifest, ...methods, ...over };
}

/** The same access with other manners on the way to the vendor. */
function sending(access: ProviderAccess, manners: Sending): ProviderAccess {
  return { ...access, http: { request: (request) => manners(request, (one) => access.http.request(one)) } };
}

/** Every call over such an access. */
function overHttp(manners: Sending): CrmProvider {
  const access = (given: ProviderAccess): ProviderAccess => sending(given, manners);
  return with_({
    verify: (given) => good.verify(access(given)),
    listAudiences: (given, cursor) => good.listAudiences(access(given), cursor),
    upsertContact: (given, change) => good.upsertContact(access(given), change),
    upsertContacts: (given, changes) => good.upsertContacts(access(given), changes),
    trackEvent: (given, event) => good.trackEvent(access(given), event),
    readContact: (given, email) => good.readContact(access(given), email),
    removeContact: (given, removal) => good.removeContact(access(given), removal),
    eraseContact: (given, email) => good.eraseContact(access(given), email),
  });
}

/** Every contact outcome changed. */
function telling(change: (outcome: Outcome) => Outcome): CrmProvider {
  return with_({
    upsertContact: async (access, wish) => change(await good.upsertContact(access, wish)),
    upsertContacts: async (access, wishes) => (await good.upsertContacts(access, wishes)).map(change),
    trackEvent: async (access, event) => change(await good.trackEvent(access, event)),
  });
}

const isLook = ({ method, path }: VendorRequest): boolean =>
  method === 'GET' && path.startsWith('/v1/contacts/');
const fieldsOf = ({ json }: VendorRequest): Record<string, unknown> =>
  (json as { readonly fields: Record<string, unknown> }).fields;
const isWrite = ({ method, path }: VendorRequest): boolean =>
  method === 'PUT' && /^\/v1\/contacts\/[^/]+$/.test(path);

function answered(answer: VendorAnswer, body: unknown, status = 200): Answered {
  return {
    kind: 'answered',
    headers: answer.kind === 'answered' ? answer.headers : {},
    status,
    body,
    text: JSON.stringify(body),
  };
}

let latest: ContactChange | undefined;

/** One mistake for each rule that a provider may break, and for each thing that a vendor may do to it. */
export const BROKEN_PROVIDERS: readonly BrokenProvider[] = [
  {
    mistake: 'sends empty texts for what it does not know',
    red: ['absent-not-sent'],
    provider: overHttp((request, send) =>
      send(
        isWrite(request)
          ? { ...request, json: { fields: { last_name: '', ...fieldsOf(request) } } }
          : request,
      ),
    ),
  },
  {
    mistake: 'empties a name that is no longer wished for',
    red: ['withdrawn-stays'],
    provider: with_({
      upsertContact: async (access, change) => {
        const outcome = await good.upsertContact(access, change);
        if (change.previous === undefined || change.desired.firstName !== undefined) return outcome;
        const gone = { ...change.previous, fields: { rekomi_x: '' }, tags: [], audiences: [] };
        const emptying: Sending = (request, send) =>
          send(isWrite(request) ? { ...request, json: { fields: { first_name: null } } } : request);
        await good.removeContact(sending(access, emptying), { contactId: change.contactId, previous: gone });
        return outcome;
      },
    }),
  },
  {
    mistake: 'never empties a field',
    red: ['field-cleared'],
    provider: overHttp((request, send) => {
      if (!isWrite(request)) return send(request);
      const kept = Object.entries(fieldsOf(request)).filter(([, value]) => value !== null);
      return send({ ...request, json: { fields: Object.fromEntries(kept) } });
    }),
  },
  {
    mistake: 'subscribes whoever has opted out',
    red: ['consent-never-raised', 'consent-in-bulk'],
    provider: overHttp(async (request, send) => {
      const answer = await send(request);
      if (!isLook(request) || answer.kind !== 'answered' || answer.status !== 200) return answer;
      const { contact } = answer.body as { readonly contact: object };
      return answered(answer, { contact: { ...contact, consent: 'subscribed' } });
    }),
  },
  {
    mistake: 'makes a new contact of whoever changes address',
    red: ['consent-moves-along', 'consent-moves-along-when-a-request-fails', 'consent-moves-along-in-bulk'],
    provider: overHttp(async (request, send) =>
      request.path.includes('/address/')
        ? answered(
            await send({ ...request, method: 'GET', path: '/v1/account' }),
            { error: 'not_accepted' },
            400,
          )
        : send(request),
    ),
  },
  {
    mistake: 'takes a failed look for "not there yet"',
    red: ['consent-when-a-request-fails'],
    provider: with_({
      upsertContact: (access, change) =>
        good.upsertContact(
          sending(access, async (request, send) => {
            const answer = await send(request);
            const failed = answer.kind !== 'answered' || answer.status !== 200;
            return isLook(request) && failed ? answered(answer, { error: 'contact_not_found' }, 404) : answer;
          }),
          change,
        ),
    }),
  },
  {
    mistake: 'replaces the tags that are there',
    red: ['tags-added', 'tags-not-ours-stay'],
    provider: with_({
      upsertContact: async (access, change) => {
        const look = await good.readContact(access, change.desired.email);
        if (look.kind === 'found') {
          const all = {
            email: change.desired.email,
            fields: {},
            tags: ['theirs', 'gold', 'spring'],
            audiences: [],
          };
          await good.removeContact(access, { contactId: change.contactId, previous: all });
        }
        return good.upsertContact(access, { ...change, rewrite: true });
      },
    }),
  },
  {
    mistake: 'claims a tag as its own that was there before',
    red: ['before-us-stays', 'before-us-unwanted', 'before-us-in-bulk', 'before-us-after-a-lost-answer'],
    provider: telling(({ written, ...outcome }) => {
      const { tagsFound = [], tagsAdded = [], ...rest } = written ?? {};
      return { ...outcome, written: { ...rest, tagsAdded: [...tagsAdded, ...tagsFound] } };
    }),
  },
  {
    mistake: 'claims a membership as its own that was there before',
    red: ['before-us-stays', 'before-us-unwanted', 'before-us-in-bulk', 'before-us-after-a-lost-answer'],
    provider: telling(({ written, ...outcome }) => {
      const { audiencesFound = [], audiencesJoined = [], ...rest } = written ?? {};
      return {
        ...outcome,
        written: { ...rest, audiencesJoined: [...audiencesJoined, ...audiencesFound] },
      };
    }),
  },
  {
    mistake: 'tells only of a success what was there before',
    red: ['before-us-after-a-lost-answer'],
    provider: telling((outcome) => {
      if (outcome.kind !== 'ambiguous') return outcome;
      const { tagsFound: _, audiencesFound: __, ...written } = outcome.written ?? {};
      return { ...outcome, written };
    }),
  },
  {
    mistake: 'creates a profile for an event',
    red: ['event-creates-nobody'],
    provider: with_({
      trackEvent: async (access, event) => {
        const desired = { email: event.email, tags: [], audiences: [], attributes: {} };
        await good.upsertContact(access, { contactId: event.contactId, desired });
        return good.trackEvent(access, event);
      },
    }),
  },
  {
    mistake: 'refuses the person for one long value',
    red: ['bad-field-keeps-person'],
    provider: with_({
      upsertContact: (access, change) =>
        Object.values(change.desired.attributes).some((value) => String(value).length > 1000)
          ? Promise.resolve({ kind: 'refused', code: 'contact_refused' })
          : good.upsertContact(access, change),
    }),
  },
  {
    mistake: 'drops an item of a batch',
    red: ['bulk-every-item'],
    provider: with_({
      upsertContacts: async (access, changes) => (await good.upsertContacts(access, changes)).slice(1),
    }),
  },
  {
    mistake: 'loses a batch over one item',
    red: ['bulk-bad-item'],
    provider: with_({
      upsertContacts: async (access, changes) => {
        const outcomes = await good.upsertContacts(access, changes);
        const bad = outcomes.find(({ kind }) => kind === 'refused');
        return bad === undefined ? outcomes : outcomes.map(() => bad);
      },
    }),
  },
  {
    mistake: 'blames everybody for a batch that was refused with nobody named',
    red: ['bulk-refused-whole'],
    provider: with_({
      trackEvents: async (access, events) =>
        (await good.trackEvents(access, events)).map((outcome) =>
          isWholeBatch(outcome) ? { kind: 'refused', code: outcome.code, slice: outcome.slice } : outcome,
        ) as Outcome[],
    }),
  },
  {
    mistake: 'keeps everybody’s data in everybody’s record',
    red: ['bulk-slices'],
    provider: with_({
      upsertContacts: async (access, changes) =>
        (await good.upsertContacts(access, changes)).map((outcome) => ({
          ...outcome,
          slice: { request: changes },
        })),
    }),
  },
  {
    mistake: 'sends the events of a batch backwards',
    red: ['bulk-events'],
    provider: with_({
      trackEvents: async (access, events) =>
        [...(await good.trackEvents(access, [...events].reverse()))].reverse(),
    }),
  },
  {
    mistake: 'shows a credential in the vendor’s words',
    red: ['secrets-nowhere'],
    provider: telling((outcome) => ({ ...outcome, vendorMessage: `key ${SECRET} was fine` }) as Outcome),
  },
  {
    mistake: 'puts a credential into the address',
    red: ['secrets-nowhere'],
    provider: overHttp((request, send) => send({ ...request, query: { ...request.query, key: SECRET } })),
  },
  {
    mistake: 'follows a redirect',
    red: ['listed-hosts-only'],
    provider: overHttp(async (request, send) => {
      const answer = await send(request);
      const location = answer.kind === 'answered' ? answer.headers['location'] : undefined;
      return location === undefined ? answer : send({ ...request, host: new URL(location).host });
    }),
  },
  {
    mistake: 'takes every 200 for a success',
    red: ['false-answers'],
    provider: overHttp(async (request, send) => {
      const answer = await send(request);
      const plain = answer.kind === 'answered' && answer.status === 200;
      if (!plain || request.method === 'GET') return answer;
      const signs = { contact: {}, tagged: true, member: true, recorded: true, erased: true };
      return answered(
        answer,
        typeof answer.body === 'object' && answer.body !== null && !Array.isArray(answer.body)
          ? { ...signs, ...answer.body }
          : signs,
      );
    }),
  },
  {
    mistake: 'calls a time-out a wrong key',
    red: ['verify-unreachable'],
    provider: with_({
      verify: async (access) => {
        const made = await good.verify(access);
        return made.kind === 'unreachable' ? { ...made, kind: 'rejected', credentials: ['apiKey'] } : made;
      },
    }),
  },
  {
    mistake: 'verifies with a test event',
    red: ['verify-writes-nothing'],
    provider: with_({
      verify: async (access) => {
        const desired = { email: 'test@partners.example.net', tags: [], audiences: [], attributes: {} };
        await good.upsertContact({ ...access, region: 'eu' }, { contactId: 'test', desired });
        return good.verify(access);
      },
    }),
  },
  {
    mistake: 'always finds the first region',
    red: ['verify-finds-region'],
    provider: with_({
      verify: async (access) => {
        const made = await good.verify(access);
        return made.kind === 'valid' ? { ...made, region: 'us' } : made;
      },
    }),
  },
  {
    mistake: 'lists the first page only',
    red: ['audiences-to-the-end'],
    provider: with_({
      listAudiences: async (access, cursor) => {
        const page = await good.listAudiences(access, cursor);
        if (page.kind !== 'page') return page;
        return { kind: 'page', audiences: page.audiences };
      },
    }),
  },
  {
    mistake: 'says nothing of a list that is gone',
    red: ['audience-missing-told'],
    provider: telling((outcome) => (outcome.kind === 'misconfigured' ? { kind: 'accepted' } : outcome)),
  },
  {
    mistake: 'encodes an address twice',
    red: ['hostile-addresses'],
    provider: overHttp((request, send) =>
      send({ ...request, path: request.path.replaceAll('%2B', '%252B') }),
    ),
  },
  {
    mistake: 'overhears how long it should wait',
    red: ['fault-429'],
    provider: telling((outcome) => {
      if (outcome.kind !== 'throttled') return outcome;
      const { until: _, ...rest } = outcome;
      return rest;
    }),
  },
  {
    mistake: 'gives up on a vendor that is down',
    red: ['fault-5xx'],
    provider: telling((outcome) =>
      outcome.kind === 'unavailable' ? { ...outcome, kind: 'refused', code: 'contact_refused' } : outcome,
    ),
  },
  {
    mistake: 'takes a lost answer for a certain failure',
    red: ['fault-timeout', 'fault-cut'],
    provider: telling((outcome) =>
      outcome.kind === 'ambiguous' ? { ...outcome, kind: 'unavailable' } : outcome,
    ),
  },
  {
    mistake: 'takes deleted keys for a passing trouble',
    red: ['fault-revoked-midway'],
    provider: telling((outcome) =>
      outcome.kind === 'unauthorised' ? { kind: 'unavailable', code: 'vendor_error' } : outcome,
    ),
  },
  {
    mistake: 'forgets to say what got in before a failure',
    red: ['written-tells-failure'],
    provider: telling((outcome) => {
      if (outcome.kind === 'accepted' || outcome.kind === 'unchanged') return outcome;
      const { written: _, ...rest } = outcome;
      return rest;
    }),
  },
  {
    mistake: 'makes a new dedupe id for every try',
    red: ['event-repeated-once'],
    provider: overHttp((request, send) =>
      send(
        request.path === '/v1/events'
          ? {
              ...request,
              json: {
                ...(request.json as object),
                id: `01BX5ZZKBKACTAV9WEVG${String(performance.now()).replace('.', '').slice(-6).padStart(6, '0')}`,
              },
            }
          : request,
      ),
    ),
  },
  {
    mistake: 'sends milliseconds where the vendor counts seconds',
    red: ['event-arrives'],
    provider: overHttp((request, send) => {
      if (request.path !== '/v1/events') return send(request);
      const json = request.json as { readonly time: number };
      return send({ ...request, json: { ...json, time: json.time * 1000 } });
    }),
  },
  {
    mistake: 'deletes the person when it takes back',
    red: ['taking-back-ours'],
    provider: with_({ removeContact: (access, { previous }) => good.eraseContact(access, previous.email) }),
  },
  {
    mistake: 'erases nobody and says it did',
    red: ['erasure'],
    provider: with_({ eraseContact: () => Promise.resolve({ kind: 'confirmed' }) }),
  },
  {
    mistake: 'tells a failed look as "not found"',
    red: ['fault-5xx'],
    provider: with_({
      readContact: async (access, email) => {
        const look = await good.readContact(access, email);
        return look.kind === 'unavailable' ? { kind: 'not_found' } : look;
      },
    }),
  },
  {
    mistake: 'throws over a page in place of JSON',
    red: ['never-throws'],
    provider: overHttp(async (request, send) => {
      const answer = await send(request);
      if (answer.kind === 'answered') JSON.parse(answer.text);
      return answer;
    }),
  },
  {
    mistake: 'invents a code',
    red: ['known-outcomes'],
    provider: telling((outcome) =>
      'code' in outcome ? ({ ...outcome, code: 'oh_no' } as unknown as Outcome) : outcome,
    ),
  },
  {
    mistake: 'changes what it was given',
    red: ['input-untouched'],
    provider: with_({
      upsertContact: async (access, change) => {
        const outcome = await good.upsertContact(access, change);
        (change.desired.attributes as Record<string, string>)['seen'] = 'yes';
        return outcome;
      },
    }),
  },
  {
    mistake: 'keeps a contact between two calls',
    red: ['contacts-side-by-side'],
    provider: with_({
      upsertContact: async (access, change) => {
        latest = change;
        await Promise.resolve();
        return good.upsertContact(access, latest);
      },
    }),
  },
  {
    mistake: 'has a call that its manifest denies',
    red: ['manifest-methods'],
    provider: with_(
      {},
      { ...good.manifest, capabilities: { ...good.manifest.capabilities, eraseContact: false } },
    ),
  },
  {
    mistake: 'names a default that is none of the choices',
    red: ['manifest-consistent'],
    provider: with_(
      {},
      {
        ...good.manifest,
        settings: [{ name: 'mode', label: 'Mode', help: '', type: 'choice', choices: [], default: 'x' }],
      },
    ),
  },
];
