import { SharedLook } from './shared-look.js';

/** Looks that end when the test says so. */
class Looks {
  readonly begun: { readonly end: (answer: string) => void; readonly fail: (err: Error) => void }[] = [];

  readonly look = (): Promise<string> =>
    new Promise((end, fail) => {
      this.begun.push({ end, fail });
    });

  /** Waits until the look has begun. */
  async end(index: number, answer: string): Promise<void> {
    while (this.begun.length <= index) await new Promise(setImmediate);
    this.begun[index]?.end(answer);
  }
}

describe('A shared look', () => {
  it('never answers with what was found before the question', async () => {
    const shared = new SharedLook<string>();
    const looks = new Looks();
    const first = shared.ask('key', looks.look);
    const second = shared.ask('key', looks.look);
    expect(looks.begun).toHaveLength(1);
    await looks.end(0, 'before');
    expect(await first).toBe('before');
    await looks.end(1, 'after');
    expect(await second).toBe('after');
  });

  it('is one for all who ask while another is under way', async () => {
    const shared = new SharedLook<string>();
    const looks = new Looks();
    const answers = Array.from({ length: 100 }, () => shared.ask('key', looks.look));
    await looks.end(0, 'first');
    await answers[0];
    await looks.end(1, 'second');
    expect(new Set(await Promise.all(answers.slice(1)))).toEqual(new Set(['second']));
    expect(looks.begun).toHaveLength(2);
  });

  it('is remembered by nobody once it is over', async () => {
    const shared = new SharedLook<string>();
    const looks = new Looks();
    const first = shared.ask('key', looks.look);
    await looks.end(0, 'one');
    await first;
    const second = shared.ask('key', looks.look);
    await looks.end(1, 'two');
    expect(await second).toBe('two');
  });

  it('begins anew after one that failed', async () => {
    const shared = new SharedLook<string>();
    const looks = new Looks();
    const failing = expect(shared.ask('key', looks.look)).rejects.toThrow('no database');
    const next = shared.ask('key', looks.look);
    looks.begun[0]?.fail(new Error('no database'));
    await failing;
    await looks.end(1, 'here');
    expect(await next).toBe('here');
  });

  it('that never ends holds up nobody but those who began it', async () => {
    const shared = new SharedLook<string>(1);
    const looks = new Looks();
    void shared.ask('key', looks.look);
    const second = shared.ask('key', () => Promise.resolve('answered'));
    expect(await second).toBe('answered');
    expect(await shared.ask('key', () => Promise.resolve('again'))).toBe('again');
  });

  it('of one thing says nothing about another', async () => {
    const shared = new SharedLook<string>();
    const looks = new Looks();
    const answers = [shared.ask('one', looks.look), shared.ask('other', looks.look)];
    await looks.end(0, 'of one');
    await looks.end(1, 'of other');
    expect(await Promise.all(answers)).toEqual(['of one', 'of other']);
  });
});
