import fc from 'fast-check';

import type { JsonValue } from './json-value.js';
import { readBodyTemplate } from './read-body-template.js';
import { renderBody } from './render-body.js';
import { messageWith } from './testing/message.js';
import type { WebhookMessage } from './webhook-message.js';

function bodyOf(json: unknown, message = messageWith()): unknown {
  const reading = readBodyTemplate(json);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const rendered = renderBody(reading.template, message);
  if (!rendered.ok) throw new Error(rendered.detail);
  return JSON.parse(rendered.body);
}

const problemsOf = (json: unknown) => {
  const reading = readBodyTemplate(json);
  return reading.ok ? [] : reading.problems;
};

describe('a body without a template', () => {
  it('is that of Standard Webhooks, with the affiliate and the campaign in its data', () => {
    const { affiliate, campaign, data, timestamp } = messageWith();
    const rendered = renderBody(undefined, messageWith());
    expect(rendered).toMatchObject({ ok: true, contentType: 'application/json' });
    expect(rendered.ok && JSON.parse(rendered.body)).toEqual({
      type: 'commission_earned',
      timestamp,
      data: { ...data, affiliate, campaign },
    });
  });

  it('has no campaign when the event has none', () => {
    const { campaign: _, ...message } = messageWith();
    const rendered = renderBody(undefined, message);
    expect(rendered.ok && Object.keys((JSON.parse(rendered.body) as { data: object }).data)).not.toContain(
      'campaign',
    );
  });
});

describe('a template', () => {
  it('puts a whole value in with its type, and parts of a text as text', () => {
    const json = {
      email: '{{affiliate.email}}',
      amount: '{{data.amount}}',
      paid: '{{ data.order.paid }}',
      note: '{{data.order.note}}',
      first: '{{data.items.0.sku}}',
      all: '{{data.order}}',
      text: 'Hello {{affiliate.firstName}}: {{data.amount}} {{data.currency}}, {{data.items}}',
      fixed: [1, true, null, 'x { y } z'],
      at: ['{{timestamp}}', '{{timestampSeconds}}', '{{timestampMilliseconds}}'],
    };
    expect(bodyOf(json)).toEqual({
      email: "o'brien+río/50%@example.com",
      amount: 1250,
      paid: true,
      note: null,
      first: 's1',
      all: { id: 'A-1042', paid: true, note: null },
      text: 'Hello Zoë: 1250 EUR, [{"sku":"s1"}]',
      fixed: [1, true, null, 'x { y } z'],
      at: ['2026-11-23T09:15:00.250Z', 1795425300, 1795425300250],
    });
  });

  it('leaves out what has no value, with its key or place, and never makes it an empty text', () => {
    const json = {
      last: '{{affiliate.lastName}}',
      greeting: 'Dear {{affiliate.lastName}}',
      nothing: 'Note: {{data.order.note}}',
      inner: { last: '{{affiliate.lastName}}' },
      list: ['{{affiliate.lastName}}', 'b', '{{data.items.7}}', '{{data.amount.x}}', '{{data.items.length}}'],
      empty: '{{data.empty}}',
    };
    const data = { ...messageWith().data, empty: '' };
    expect(bodyOf(json, messageWith({ data }))).toEqual({ inner: {}, list: ['b'], empty: '' });
  });

  it('may be the event’s own data as they are, and cannot be made of what is missing', () => {
    expect(bodyOf('{{data}}')).toEqual(messageWith().data);
    const { campaign: _, ...message } = messageWith();
    expect(() => bodyOf('{{campaign}}', message)).toThrow('does not have');
  });

  it('gives the same ULID for the same message, and another one for another', () => {
    const ulid = (message: WebhookMessage) => (bodyOf(['{{ulid}}'], message) as string[])[0]!;
    expect(ulid(messageWith())).toMatch(/^01[0-9A-HJKMNP-TV-Z]{24}$/);
    expect(ulid(messageWith())).toBe(ulid(messageWith({ type: 'other' })));
    expect(ulid(messageWith())).not.toBe(ulid(messageWith({ id: 'msg_2' })));
  });

  it('reaches nothing but the message', () => {
    const data = JSON.parse('{"__proto__":{"polluted":1},"constructor":"own"}') as WebhookMessage['data'];
    const json = JSON.parse(
      '{"a":"{{data.toString}}","b":"{{data.hasOwnProperty.name}}","c":"{{data.constructor}}","d":"{{data.__proto__.polluted}}","__proto__":{"x":"{{data.amount}}"}}',
    ) as unknown;
    const message = messageWith({ data });
    expect(bodyOf(json, message)).toEqual(JSON.parse('{"c":"own","d":1,"__proto__":{}}'));
    expect(bodyOf({ a: '{{data.__proto__}}', b: '{{data.constructor}}' })).toEqual({});
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('evaluates nothing that comes in with the data', () => {
    const data = { text: '{{affiliate.email}} ${1+1} <%= 1 %>' };
    expect(bodyOf({ a: '{{data.text}}', b: '-{{data.text}}-' }, messageWith({ data }))).toEqual({
      a: data.text,
      b: `-${data.text}-`,
    });
  });

  it('without placeholders is sent as it is, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as JsonValue;
        // Written over several lines, two braces in a row are in a text.
        fc.pre(!/\{\{|\}\}/.test(JSON.stringify(json, null, 1)));
        expect(bodyOf(json)).toEqual(json);
      }),
      { numRuns: 100 },
    );
  });

  it('that makes too large a body is refused for this message', () => {
    const data = { text: 'x'.repeat(20_000) };
    const reading = readBodyTemplate({ list: Array.from({ length: 50 }, () => '{{data.text}}') });
    if (!reading.ok) throw new Error('refused');
    expect(renderBody(reading.template, messageWith({ data }))).toMatchObject({ ok: false });
  });
});

describe('a template that is saved', () => {
  it.each([
    ['{{affiliate.mail}}', 'affiliate has: id, email'],
    ['{{affiliate.email.x}}', 'affiliate has: id, email'],
    ['{{user.email}}', 'There are: id, ulid, type'],
    ['{{constructor}}', 'There are: id'],
    ['{{__proto__.x}}', 'There are: id'],
    ['{{type.x}}', 'Write {{type}}'],
    ['{{}}', 'There are: id'],
    ['{{data.}}', 'is no placeholder'],
    ['{{data.a b}}', 'is no placeholder'],
    ['{{data.a(1)}}', 'is no placeholder'],
    ['{{ data.amount', 'is not closed'],
    ['data.amount }}', 'stands alone'],
    ['{{#if data.x}}', 'is unknown'],
    ['{{{data.x}}}', 'is unknown'],
  ])('names what it does not know, and where: %s', (text, words) => {
    expect(problemsOf({ 'a/b': [{ x: text }] })).toEqual([
      { pointer: '/a~1b/0/x', code: 'placeholder_unknown', detail: expect.stringContaining(words) },
    ]);
  });

  it('names all of them', () => {
    expect(problemsOf({ a: '{{x}}', b: ['ok', '{{y}}'] }).map(({ pointer }) => pointer)).toEqual([
      '/a',
      '/b/1',
    ]);
  });

  const deep = (levels: number): unknown => (levels === 0 ? 'x' : [deep(levels - 1)]);
  it.each([
    ['a text', 'hello', 'template_root'],
    ['a text around a placeholder', 'x {{data}}', 'template_root'],
    ['a number', 5, 'template_root'],
    ['nothing', undefined, 'template_root'],
    ['a key with a placeholder', { '{{type}}': 1 }, 'template_key'],
    ['too many placeholders', { x: '{{id}}'.repeat(101) }, 'template_too_large'],
    ['too long', { x: 'x'.repeat(16_400) }, 'template_too_large'],
    ['too deep', deep(100), 'template_too_deep'],
  ])('is refused when it is %s', (_, json, code) => {
    expect(problemsOf(json).map((problem) => problem.code)).toContain(code);
  });
});
