import type { Verification } from '@rekomi/provider-contract';
import { ALL_KEYS, connect, type Setup } from './testing/access.js';
import {
  APP_UNAUTHORISED,
  json,
  page,
  REFUSED,
  TIMED_OUT,
  UNAUTHORISED,
  WRONG_DATACENTER,
  type Step,
} from './testing/scripted-vendor.js';

const US = 'GET track.customer.io/api/v1/accounts/region';
const EU = 'GET track-eu.customer.io/api/v1/accounts/region';
const SEGMENTS_US = 'GET api.customer.io/v1/segments';
const SEGMENTS_EU = 'GET api-eu.customer.io/v1/segments';
const WORKSPACES_US = 'GET api.customer.io/v1/workspaces';
const region = (name: string, id: unknown = 3) =>
  json(200, {
    url: `https://track${name === 'eu' ? '-eu' : ''}.customer.io`,
    region: name,
    environment_id: id,
  });
const segments = json(200, { segments: [] });

async function verify(steps: readonly Step[], setup: Setup = {}) {
  const { http, access, provider } = connect(steps, setup);
  const verification = await provider.verify(access);
  expect(http.requests.every(({ method, json: body }) => method === 'GET' && body === undefined)).toBe(true);
  return { verification, http };
}

function summary(verification: Verification) {
  return {
    kind: verification.kind,
    ...('code' in verification ? { code: verification.code } : {}),
    checks: verification.checks.map(({ credentials, result, code }) =>
      [credentials.join('+'), result, code].filter(Boolean).join(' '),
    ),
  };
}

describe('Verifying', () => {
  it('finds region, workspace and rights', async () => {
    const { verification, http } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: segments },
        {
          request: WORKSPACES_US,
          answer: json(200, {
            workspaces: [
              { id: 2, name: 'Other' },
              { id: 3, name: 'Shop' },
            ],
          }),
        },
      ],
      { credentials: ALL_KEYS },
    );
    expect(verification).toMatchObject({ kind: 'valid', region: 'us', account: { id: '3', name: 'Shop' } });
    expect(
      verification.kind === 'valid' && verification.rights.map(({ name, granted }) => [name, granted]),
    ).toEqual([
      ['contacts', true],
      ['events', true],
      ['audiences', true],
      ['read_back', true],
      ['keep_existing', true],
    ]);
    expect(http.requests.map(({ family, authorization }) => [family, authorization])).toEqual([
      ['track', { kind: 'basic', user: 'siteId', password: 'trackApiKey' }],
      ['app', { kind: 'bearer', credential: 'appApiKey' }],
      ['app', { kind: 'bearer', credential: 'appApiKey' }],
    ]);
  });

  it('needs one call to the US host for an account in the EU, and then looks at the EU App host', async () => {
    const { verification } = await verify(
      [
        { request: US, answer: region('eu') },
        { request: SEGMENTS_EU, answer: segments },
        { request: 'GET api-eu.customer.io/v1/workspaces', answer: json(200, { workspaces: null }) },
      ],
      { credentials: ALL_KEYS },
    );
    expect(verification).toMatchObject({ kind: 'valid', region: 'eu', account: { id: '3' } });
  });

  it.each([
    REFUSED,
    TIMED_OUT,
    json(500, {}),
    page(502),
    UNAUTHORISED,
    json(301, {}),
    json(200, { region: 'mars' }),
    page(200),
  ])('asks the EU host when the US host fails or refuses', async (answer) => {
    const { verification } = await verify([
      { request: US, answer },
      { request: EU, answer: region('eu') },
    ]);
    expect(verification).toMatchObject({ kind: 'valid', region: 'eu' });
  });

  it.each([
    [{ workspaces: [{ id: 3, name: 'Shop' }] }, 'Shop'],
    [
      {
        workspaces: [
          { id: '3', name: 'Shop' },
          { id: 4, name: 'Other' },
        ],
      },
      'Shop',
    ],
    [{ workspaces: [{ id: 99, name: 'Only one' }] }, 'Only one'],
    [
      {
        workspaces: [
          { id: 98, name: 'A' },
          { id: 99, name: 'B' },
        ],
      },
      undefined,
    ],
    [{ workspaces: [] }, undefined],
    [{}, undefined],
  ])('names the workspace only when it is sure: %j', async (body, name) => {
    const { verification } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: segments },
        { request: WORKSPACES_US, answer: json(200, body) },
      ],
      { credentials: ALL_KEYS },
    );
    expect(verification.kind === 'valid' && verification.account).toEqual({
      id: '3',
      ...(name === undefined ? {} : { name }),
    });
  });

  it('is fine without an App key and says what is lost', async () => {
    const { verification } = await verify([{ request: US, answer: region('us') }]);
    expect(summary(verification)).toEqual({
      kind: 'valid',
      checks: ['siteId+trackApiKey valid', 'appApiKey missing credential_missing'],
    });
    const lost = verification.kind === 'valid' ? verification.rights.filter(({ granted }) => !granted) : [];
    expect(lost.map(({ name }) => name)).toEqual(['audiences', 'read_back', 'keep_existing']);
    expect(lost.every(({ detail }) => detail?.includes('An App API key grants it.'))).toBe(true);
  });

  it('tells wrong Track credentials from a right App key', async () => {
    const { verification } = await verify(
      [
        { request: US, answer: UNAUTHORISED },
        { request: EU, answer: UNAUTHORISED },
        { request: SEGMENTS_US, answer: APP_UNAUTHORISED },
        { request: SEGMENTS_EU, answer: APP_UNAUTHORISED },
        { request: SEGMENTS_US, answer: segments },
      ],
      { credentials: ALL_KEYS },
    );
    expect(summary(verification)).toEqual({
      kind: 'rejected',
      code: 'credentials_rejected',
      checks: ['siteId+trackApiKey rejected credentials_rejected', 'appApiKey valid'],
    });
    expect(verification).toMatchObject({
      credentials: ['siteId', 'trackApiKey'],
      vendorMessage: 'Unauthorized request',
    });
  });

  it('tells a wrong App key from right Track credentials', async () => {
    const { verification } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: APP_UNAUTHORISED },
        { request: US, answer: UNAUTHORISED },
        { request: EU, answer: UNAUTHORISED },
      ],
      { credentials: ALL_KEYS },
    );
    expect(summary(verification)).toEqual({
      kind: 'rejected',
      code: 'credentials_rejected',
      checks: ['siteId+trackApiKey valid', 'appApiKey rejected credentials_rejected'],
    });
    expect(verification).toMatchObject({ credentials: ['appApiKey'] });
  });

  it.each([
    ['US', [{ request: SEGMENTS_US, answer: segments }]],
    [
      'EU',
      [
        { request: SEGMENTS_US, answer: WRONG_DATACENTER },
        { request: SEGMENTS_EU, answer: segments },
      ],
    ],
  ])('recognises an App key of the %s in the field of the Track key', async (_, steps) => {
    const { verification, http } = await verify([
      { request: US, answer: UNAUTHORISED },
      { request: EU, answer: UNAUTHORISED },
      ...steps,
    ]);
    expect(summary(verification)).toEqual({
      kind: 'rejected',
      code: 'credential_of_other_kind',
      checks: ['trackApiKey rejected credential_of_other_kind', 'appApiKey missing credential_missing'],
    });
    expect(http.requests[2]?.authorization).toEqual({ kind: 'bearer', credential: 'trackApiKey' });
  });

  it('recognises a Track key in the field of the App key', async () => {
    const { verification, http } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: APP_UNAUTHORISED },
        { request: US, answer: region('us') },
      ],
      { credentials: ALL_KEYS },
    );
    expect(verification).toMatchObject({
      kind: 'rejected',
      code: 'credential_of_other_kind',
      credentials: ['appApiKey'],
    });
    expect(http.requests[2]?.authorization).toEqual({ kind: 'basic', user: 'siteId', password: 'appApiKey' });
  });

  it('says that an App key belongs to an account in the other data centre', async () => {
    const { verification } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: WRONG_DATACENTER },
      ],
      { credentials: ALL_KEYS },
    );
    expect(verification).toMatchObject({
      kind: 'rejected',
      code: 'credentials_rejected',
      credentials: ['appApiKey'],
    });
    expect(verification.checks[1]?.detail).toContain('another data centre');
  });

  it('takes 403 of the App API for a matter of the plan, not of the key', async () => {
    const { verification } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: json(403, { meta: { error: 'feature not enabled' } }) },
      ],
      { credentials: ALL_KEYS },
    );
    expect(summary(verification)).toEqual({
      kind: 'valid',
      checks: ['siteId+trackApiKey valid', 'appApiKey valid right_missing'],
    });
    expect(
      verification.kind === 'valid' && verification.rights.find(({ name }) => name === 'audiences'),
    ).toMatchObject({
      granted: false,
      detail: expect.stringContaining('plan'),
    });
  });

  it('does not take a silent App API for a wrong key', async () => {
    const { verification } = await verify(
      [
        { request: US, answer: region('us') },
        { request: SEGMENTS_US, answer: page(502) },
      ],
      { credentials: ALL_KEYS },
    );
    expect(summary(verification)).toEqual({
      kind: 'valid',
      checks: ['siteId+trackApiKey valid', 'appApiKey unreachable vendor_unreadable'],
    });
  });

  it.each([
    [TIMED_OUT, 'vendor_timeout'],
    [REFUSED, 'vendor_unreachable'],
    [page(200), 'vendor_unreadable'],
    [json(503, {}), 'vendor_error'],
    [json(302, {}), 'region_moved'],
    [json(200, {}), 'answer_unknown'],
  ])('does not take silence for a wrong key', async (answer, code) => {
    const { verification } = await verify([
      { request: US, answer },
      { request: EU, answer },
    ]);
    expect(summary(verification)).toEqual({
      kind: 'unreachable',
      code,
      checks: [`siteId+trackApiKey unreachable ${code}`, 'appApiKey missing credential_missing'],
    });
  });

  it('asks no second host when it is too fast', async () => {
    const { verification } = await verify([{ request: US, answer: json(429, {}) }]);
    expect(verification).toMatchObject({ kind: 'unreachable', code: 'vendor_throttled' });
  });

  it('believes a refusal by one host although the other is silent', async () => {
    const { verification } = await verify([
      { request: US, answer: TIMED_OUT },
      { request: EU, answer: UNAUTHORISED },
      { request: SEGMENTS_US, answer: APP_UNAUTHORISED },
      { request: SEGMENTS_EU, answer: APP_UNAUTHORISED },
    ]);
    expect(verification).toMatchObject({ kind: 'rejected', code: 'credentials_rejected' });
  });

  it('asks nobody without the required credentials', async () => {
    const { verification } = await verify([], { credentials: ['siteId'] });
    expect(verification).toMatchObject({
      kind: 'rejected',
      code: 'credential_missing',
      credentials: ['trackApiKey'],
    });
  });
});
