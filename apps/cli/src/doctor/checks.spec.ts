import { checkNode } from './checks.js';

describe('the check of Node.js', () => {
  it.each(['20.19.0', '22.13.1', '24.11.0', '25.0.0', '26.1.0'])('accepts %s', (version) => {
    expect(checkNode(version).ok).toBe(true);
  });

  it.each(['18.20.0', '20.18.9', '21.7.3', '22.12.0', '23.11.0', '24.10.0'])('refuses %s', (version) => {
    expect(checkNode(version)).toMatchObject({ ok: false, fix: 'Install 20.19, 22.13, 24.11 or newer.' });
  });
});
