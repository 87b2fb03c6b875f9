import { ALL_KEYS, connect } from './testing/access.js';
import { APP_UNAUTHORISED, json, page, TIMED_OUT } from './testing/scripted-vendor.js';

const LIST = 'GET api.customer.io/v1/segments';
const CREATE = 'POST api.customer.io/v1/segments';
const NO_KEY = { kind: 'misconfigured', code: 'credential_missing', setting: 'appApiKey' };

describe('The segment picker', () => {
  it('offers manual segments only', async () => {
    const segments = [
      { id: 7, name: 'Affiliates', type: 'manual', state: 'finished', tags: null },
      { id: 8, name: 'Signed up', type: 'dynamic', state: 'finished' },
      { id: 9, name: 'Old word', type: 'data_driven' },
      { id: '9007199254740993', name: 'Large', type: 'manual' },
      { id: 7, name: 'Affiliates', type: 'manual' },
    ];
    const { http, access, provider } = connect([{ request: LIST, answer: json(200, { segments }) }], {
      credentials: ALL_KEYS,
    });
    expect(await provider.listAudiences(access)).toEqual({
      kind: 'page',
      audiences: [
        { id: '7', name: 'Affiliates' },
        { id: '9007199254740993', name: 'Large' },
      ],
      ruleBased: [
        { id: '8', name: 'Signed up' },
        { id: '9', name: 'Old word' },
      ],
    });
    expect(http.requests[0]).toMatchObject({
      family: 'app',
      authorization: { kind: 'bearer', credential: 'appApiKey' },
    });
  });

  it.each([[null], [[]]])('is empty when the vendor says %j', async (segments) => {
    const { access, provider } = connect([{ request: LIST, answer: json(200, { segments }) }], {
      credentials: ALL_KEYS,
    });
    expect(await provider.listAudiences(access)).toEqual({ kind: 'page', audiences: [] });
  });

  it('handles a thousand and one segments', async () => {
    const segments = Array.from({ length: 1001 }, (_, id) => ({ id, name: `S${id}`, type: 'manual' }));
    const { access, provider } = connect([{ request: LIST, answer: json(200, { segments }) }], {
      credentials: ALL_KEYS,
    });
    const listed = await provider.listAudiences(access);
    expect(listed.kind === 'page' && listed.audiences.length).toBe(1001);
  });

  it.each([
    [APP_UNAUTHORISED, { kind: 'unauthorised', code: 'credentials_rejected', credential: 'appApiKey' }],
    [json(403, {}), { kind: 'unauthorised', code: 'right_missing' }],
    [json(429, {}), { kind: 'throttled', family: 'app' }],
    [page(200), { kind: 'unavailable', code: 'vendor_unreadable' }],
    [json(200, {}), { kind: 'unavailable', code: 'answer_unknown' }],
    [json(200, { errors: [{ detail: 'no' }] }), { kind: 'unavailable', code: 'answer_unknown' }],
    [TIMED_OUT, { kind: 'unavailable', code: 'vendor_timeout' }],
  ])('fails as a value', async (answer, expected) => {
    const { access, provider } = connect([{ request: LIST, answer }], { credentials: ALL_KEYS });
    expect(await provider.listAudiences(access)).toMatchObject(expected);
  });

  it('needs the App key', async () => {
    const { access, provider } = connect([]);
    expect(await provider.listAudiences(access)).toEqual(NO_KEY);
    expect(await provider.createAudience(access, 'Affiliates')).toEqual(NO_KEY);
  });
});

describe('Creating a segment', () => {
  it('makes an empty manual one', async () => {
    const answer = json(200, { segment: { id: 12, name: 'Affiliates', type: 'manual' } });
    const { http, access, provider } = connect([{ request: CREATE, answer }], { credentials: ALL_KEYS });
    expect(await provider.createAudience(access, ' Affiliates ')).toEqual({
      kind: 'created',
      audience: { id: '12', name: 'Affiliates' },
    });
    expect(http.bodies[0]).toMatchObject({ segment: { name: 'Affiliates' } });
  });

  it.each([
    [
      json(400, { errors: [{ detail: 'name is taken' }] }),
      { kind: 'refused', code: 'field_rejected', vendorMessage: 'name is taken' },
    ],
    [json(200, {}), { kind: 'ambiguous', code: 'answer_unknown' }],
    [TIMED_OUT, { kind: 'ambiguous', code: 'vendor_timeout' }],
  ])('fails as a value', async (answer, expected) => {
    const { access, provider } = connect([{ request: CREATE, answer }], { credentials: ALL_KEYS });
    expect(await provider.createAudience(access, 'Affiliates')).toMatchObject(expected);
  });

  it('without a name is refused before anything is sent', async () => {
    const { access, provider } = connect([], { credentials: ALL_KEYS });
    expect(await provider.createAudience(access, ' ')).toMatchObject({ kind: 'refused', field: 'name' });
  });
});
