import { liveRoute, sandboxRoute } from './vendor-route.js';

describe('where a request goes', () => {
  it('is the vendor itself, byte for byte', () => {
    const target = "/v1/people/a'b%2Fc/../d?x=%20";
    expect(liveRoute('api.vendor.example', target)).toEqual({
      origin: 'https://api.vendor.example',
      path: target,
    });
  });

  it.each([
    ['http://127.0.0.1:4300', 'http://127.0.0.1:4300', ''],
    ['http://127.0.0.1:4300/', 'http://127.0.0.1:4300', ''],
    ['https://sandbox.example/vendors/', 'https://sandbox.example', '/vendors'],
  ])('is a folder of the vendor in the sandbox at %s', (url, origin, folder) => {
    const route = sandboxRoute(url)('api.vendor.example', '/v1/people?x=1');
    expect(route).toEqual({ origin, path: `${folder}/api.vendor.example/v1/people?x=1` });
  });
});
