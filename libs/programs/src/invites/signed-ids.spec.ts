import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';

import { SignedIds } from './signed-ids.js';

const key = () => createSecretKey(randomBytes(32));

describe('a signed id', () => {
  it('is read back, and always the same', () => {
    const ids = new SignedIds([key()]);
    const id = randomUUID();
    expect(ids.read(ids.sign(id))).toBe(id);
    expect(ids.sign(id)).toBe(ids.sign(id));
  });

  it('is not accepted with a single character changed, longer, shorter or in another spelling', () => {
    const ids = new SignedIds([key()]);
    const token = ids.sign(randomUUID());
    for (let place = 0; place < token.length; place += 1) {
      const other = token[place] === 'A' ? 'B' : 'A';
      expect(ids.read(`${token.slice(0, place)}${other}${token.slice(place + 1)}`)).toBeUndefined();
    }
    for (const changed of ['', `${token}A`, token.slice(1), `${token}=`, ` ${token}`]) {
      expect(ids.read(changed)).toBeUndefined();
    }
  });

  it('stays good while the key it was signed with is still there', () => {
    const [old, fresh] = [key(), key()];
    const id = randomUUID();
    const token = new SignedIds([old]).sign(id);
    expect(new SignedIds([fresh, old]).read(token)).toBe(id);
    expect(new SignedIds([fresh]).read(token)).toBeUndefined();
    expect(new SignedIds([fresh, old]).sign(id)).not.toBe(token);
  });
});
