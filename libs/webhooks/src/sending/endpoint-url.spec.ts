import fc from 'fast-check';

import { NO_ALLOWED_HOSTS } from './allowed-hosts.js';
import { readEndpointUrl, renderUrl } from './endpoint-url.js';
import { messageWith } from './testing/message.js';

const codeOf = (url: unknown, allowed = NO_ALLOWED_HOSTS): string | undefined => {
  const reading = readEndpointUrl(url, allowed);
  return reading.ok ? undefined : reading.problem.code;
};

describe('the address of an endpoint', () => {
  it.each([
    'https://hooks.example.com/rekomi',
    'https://hooks.example.com',
    'https://hooks.example.com:8443/a?b=c&d',
    'https://xn--bcher-kva.example/',
    'https://bücher.example/',
    'https://93.184.216.34/hook',
    'https://track.customer.io/api/v1/customers/{{affiliate.email}}/events',
    'https://hooks.example.com/{{data.shop}}?mail={{ affiliate.email }}&x={{type}}-{{id}}',
  ])('may be %s', (url) => {
    expect(readEndpointUrl(` ${url} `, NO_ALLOWED_HOSTS)).toEqual({ ok: true, url });
  });

  it.each([
    [5, 'is_string'],
    ['', 'url_malformed'],
    ['hooks.example.com/x', 'url_malformed'],
    ['https:hooks.example.com', 'url_malformed'],
    ['https:///hooks.example.com', 'url_malformed'],
    ['ftp://hooks.example.com', 'url_malformed'],
    ['javascript:alert(1)', 'url_malformed'],
    ['https://hooks.example.com/a b', 'url_malformed'],
    ['https://hooks.example.com\\@localhost/', 'url_malformed'],
    ['https://hooks.exa\nmple.com/', 'url_malformed'],
    ['https://hooks.example.com/{x}', 'url_malformed'],
    ['https://hooks.example.com/%{{data.x}}', 'url_malformed'],
    ['https://hooks.example.com/%2{{data.x}}', 'url_malformed'],
    ['http://hooks.example.com/', 'url_not_https'],
    ['https://user:pass@hooks.example.com/', 'url_has_credentials'],
    ['https://@hooks.example.com/', 'url_has_credentials'],
    ['https://hooks.example.com/#part', 'url_has_fragment'],
    ['https://hooks.example.com:22/', 'url_port_not_allowed'],
    ['https://hooks.example.com:80/', 'url_port_not_allowed'],
    ['https://localhost/', 'url_host_not_public'],
    ['https://intranet/', 'url_host_not_public'],
    ['https://db.internal./', 'url_host_not_public'],
    ['https://10.0.0.5/', 'url_host_not_public'],
    ['https://0x7f.1/', 'url_host_not_public'],
    ['https://[::ffff:7f00:1]/', 'url_host_not_public'],
    [`https://hooks.example.com/${'x'.repeat(2_050)}`, 'url_too_long'],
    ['https://{{data.host}}/', 'url_placeholder_in_host'],
    ['https://a.{{data.host}}.example.com/', 'url_placeholder_in_host'],
    ['{{data.url}}', 'url_placeholder_in_host'],
    ['https://hooks.example.com:{{data.port}}/', 'url_placeholder_in_host'],
    ['https://hooks.example.com/{{affiliate.mail}}', 'placeholder_unknown'],
    ['https://hooks.example.com/{{data.x', 'placeholder_unknown'],
    [`https://hooks.example.com/${'{{id}}'.repeat(21)}`, 'url_too_many_placeholders'],
  ])('is not %p: %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('may be http and inside when the operator opened host and port', () => {
    const allowed = new Set(['localhost:8080', '10.0.0.5:80']);
    expect(codeOf('http://localhost:8080/x', allowed)).toBeUndefined();
    expect(codeOf('http://10.0.0.5/{{id}}', allowed)).toBeUndefined();
    expect(codeOf('http://localhost:8081/x', allowed)).toBe('url_not_https');
    expect(codeOf('https://localhost:8081/x', allowed)).toBe('url_host_not_public');
    expect(codeOf('http://u:p@localhost:8080/x', allowed)).toBe('url_has_credentials');
  });
});

describe('the address for one message', () => {
  const TEMPLATE = 'https://track.customer.io/api/v1/customers/{{affiliate.email}}/events';

  it('has each value percent-encoded once', () => {
    expect(renderUrl(TEMPLATE, messageWith())).toEqual({
      ok: true,
      url: "https://track.customer.io/api/v1/customers/o'brien%2Br%C3%ADo%2F50%25%40example.com/events",
    });
    expect(
      renderUrl('https://a.example/{{data.amount}}/{{data.order.paid}}?c={{data.currency}}', messageWith()),
    ).toEqual({
      ok: true,
      url: 'https://a.example/1250/true?c=EUR',
    });
  });

  it('keeps any value within its segment or parameter, and gives it back to whoever decodes once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (value) => {
        const rendered = renderUrl(
          'https://a.example/v1/{{data.x}}/end?q={{data.x}}&z=1',
          messageWith({ data: { x: value } }),
        );
        if (value === '.' || value === '..') return expect(rendered.ok).toBe(false);
        if (!rendered.ok) throw new Error(rendered.detail);
        const url = new URL(rendered.url);
        expect([url.host, url.hash, url.username]).toEqual(['a.example', '', '']);
        const [, version, segment = '', end, ...more] = url.pathname.split('/');
        expect([version, decodeURIComponent(segment), end, more]).toEqual(['v1', value, 'end', []]);
        expect([...url.searchParams]).toEqual([
          ['q', value],
          ['z', '1'],
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([['.'], ['..'], ['']])('cannot be made when a value would name another path: %p', (x) => {
    const message = messageWith({ data: { x, dot: '.' } });
    for (const template of ['https://a.example/a/{{data.x}}/b', 'https://a.example/a/{{data.x}}']) {
      expect(renderUrl(template, message)).toMatchObject({ ok: false });
    }
    expect(renderUrl('https://a.example/a/.{{data.dot}}/b', message)).toMatchObject({ ok: false });
    expect(renderUrl('https://a.example/a/%2e{{data.dot}}/b', message)).toMatchObject({ ok: false });
  });

  it.each([[undefined], [null], [{ y: 1 }], [[1]], ['\ud800']])(
    'cannot be made of a path without a text or number (%p); a parameter is left out',
    (x) => {
      const data = x === undefined ? {} : { x };
      expect(renderUrl('https://a.example/{{data.x}}', messageWith({ data }))).toEqual({
        ok: false,
        detail: expect.stringContaining('{{data.x}}'),
      });
      expect(renderUrl('https://a.example/p?a={{data.x}}&b=1', messageWith({ data }))).toEqual({
        ok: true,
        url: 'https://a.example/p?b=1',
      });
      expect(renderUrl('https://a.example/p?a={{data.x}}', messageWith({ data }))).toEqual({
        ok: true,
        url: 'https://a.example/p',
      });
    },
  );

  it('without placeholders is the address itself', () => {
    expect(renderUrl('https://a.example/a%20b?c=%', messageWith())).toEqual({
      ok: true,
      url: 'https://a.example/a%20b?c=%',
    });
  });
});
