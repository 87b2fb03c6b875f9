import { PublicUrl } from './public-url.js';

describe('the address in links', () => {
  it('is the one that was set, whatever the port', () => {
    const address = new PublicUrl({ PUBLIC_URL: 'https://crm.example.com/', PORT: 3000 });
    address.listensOn(41_000);
    expect(address.url('/account')).toBe('https://crm.example.com/account');
    expect(address.origin).toBe('https://crm.example.com');
    expect(address.secure).toBe(true);
  });

  it('keeps the path that a proxy puts in front', () => {
    const address = new PublicUrl({ PUBLIC_URL: 'https://example.com/crm', PORT: 3000 });
    expect(address.url('/account')).toBe('https://example.com/crm/account');
    expect(address.origin).toBe('https://example.com');
  });

  it('without a setting is this machine, with the port that was taken', () => {
    const address = new PublicUrl({ PUBLIC_URL: undefined, PORT: 0 });
    address.listensOn(41_000);
    expect(address.url('/account')).toBe('http://localhost:41000/account');
    expect(address.origin).toBeUndefined();
    expect(address.secure).toBe(false);
  });
});
