import type { ProviderManifest } from '@rekomi/provider-contract';

const LIMITS = 'https://developers.brevo.com/docs/api-limits (2026-11)';

export const brevoManifest = {
  slug: 'brevo',
  name: 'Brevo',
  category: 'email',
  summary: 'Approved affiliates become contacts in Brevo, join a list, and get their events.',
  docs: { vendor: 'https://www.brevo.com', api: 'https://developers.brevo.com/reference' },
  checkedOn: '2026-11-29',
  apiVersion: { name: 'API v3' },
  credentials: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'A v3 API key. It is shown in full once, when it is created; what the page shows later is cut.',
      secret: true,
      required: true,
      pattern: '^xkeysib-.{20,}$',
      example: 'xkeysib-0ddba11c0ffee0ddba11c0ffee0ddba11-c0ffee0ddba11c0f',
      guideAnchor: 'api-key',
    },
  ],
  account: ['apiKey'],
  regions: [{ name: 'all', label: 'Everywhere', hosts: { api: 'api.brevo.com' } }],
  settings: [
    {
      name: 'requestsPerSecond',
      label: 'Requests per second',
      help: 'How fast contacts are sent. Brevo allows 10 a second, 20 with Advanced and 60 with Extended rate limits, to all your tools together.',
      type: 'integer',
      minimum: 1,
      maximum: 60,
      default: 8,
    },
    {
      name: 'firstNameAttributes',
      label: 'Attributes for the first name',
      help: 'The first of these that the account has gets the first name. Accounts made in other languages call it otherwise.',
      type: 'text',
      default: 'FIRSTNAME, FNAME, PRENOM, VORNAME, NOMBRE, NOME',
    },
    {
      name: 'lastNameAttributes',
      label: 'Attributes for the last name',
      help: 'The first of these that the account has gets the last name.',
      type: 'text',
      default: 'LASTNAME, LNAME, NOM, NACHNAME, APELLIDOS, COGNOME, SOBRENOME',
    },
    {
      name: 'createAttributes',
      label: 'Create missing REKOMI_ attributes',
      help:
        'Brevo drops values without a word when the account has no such attribute. Switched on, attributes whose names ' +
        'begin with REKOMI_ are created when they are first needed. Switched off, such values are left out with a warning.',
      type: 'boolean',
      default: true,
    },
  ],
  audience: { singular: 'list', plural: 'lists', listingNeeds: [], creatable: true, required: false },
  // No bulk calls: an import is a job whose refusals come as files, and it cannot respect who left a list without a look at
  // each of them, which costs as many requests as it would save.
  capabilities: {
    events: 'native',
    // No id. Each event has one of ours in its properties, so that a repeat can be told from another event.
    eventDedupe: 'none',
    ambiguousEvents: 'send_again',
    tags: 'attribute',
    readBack: true,
    eraseContact: true,
    clearing: 'never',
    consent: 'subscribed_on_create',
  },
  // https://developers.brevo.com/reference/create-contact, 2026-08.
  silences:
    'Brevo ignores attributes that the account does not have, and values of another type than the attribute’s, without a word.',
  limits: {
    contacts: {
      ceiling: { requests: 60, perMs: 1000, kind: 'smooth' },
      usual: { requests: 8, perMs: 1000, kind: 'smooth' },
      setting: 'requestsPerSecond',
      concurrency: 8,
      timeoutMs: 30_000,
      source: LIMITS,
    },
    events: {
      ceiling: { requests: 60, perMs: 1000, kind: 'smooth' },
      usual: { requests: 8, perMs: 1000, kind: 'smooth' },
      setting: 'requestsPerSecond',
      concurrency: 8,
      timeoutMs: 30_000,
      source: LIMITS,
    },
    // 100 an hour for the whole account; most of it is left to others.
    account: {
      ceiling: { requests: 600, perMs: 3_600_000, kind: 'fixed' },
      usual: { requests: 60, perMs: 3_600_000, kind: 'fixed' },
      concurrency: 2,
      timeoutMs: 30_000,
      source: LIMITS,
    },
  },
  // Seconds that are left. https://developers.brevo.com/docs/limit-headers, 2026-11.
  resetHeaders: ['x-sib-ratelimit-reset'],
  // Written by this connection itself.
  reservedAttributes: ['tags', 'status', 'tier'],
  eventNames: {
    maximumCharacters: 255,
    form: { pattern: '[A-Za-z0-9_-]+', words: 'of letters, digits, hyphens and underscores' },
    reserved: [],
    source: 'https://developers.brevo.com/reference/createevent (2026-11)',
  },
  reservedEventKeys: [],
  writes: [
    { vendorField: 'email', from: 'E-mail address', note: 'Identifies the contact.' },
    { vendorField: 'FIRSTNAME', from: 'First name', note: 'Or what the setting names.' },
    { vendorField: 'LASTNAME', from: 'Last name', note: 'Or what the setting names.' },
    {
      vendorField: 'REKOMI_TAGS',
      from: 'Tags',
      note: 'One text, joined with commas; a dash when there are none left.',
    },
    { vendorField: 'REKOMI_STATUS', from: 'Status', note: 'applied, approved or rejected.' },
    { vendorField: 'REKOMI_TIER', from: 'Tier', note: 'Only when the affiliate has one.' },
    { vendorField: 'REKOMI_*', from: 'Further attributes of the affiliate', note: 'Only those you define.' },
  ],
} as const satisfies ProviderManifest;
