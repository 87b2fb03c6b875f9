import { Slots } from './slots.js';

const never = new AbortController().signal;

describe('places for requests under way', () => {
  it('lets no more in than there are places, and the next one in as soon as one is free', async () => {
    const slots = new Slots(2);
    const entered: string[] = [];
    const enter = (name: string): Promise<void> => slots.take(never).then(() => void entered.push(name));
    await Promise.all([enter('first'), enter('second')]);
    const third = enter('third');
    const fourth = enter('fourth');
    await Promise.resolve();
    expect(entered).toEqual(['first', 'second']);
    slots.giveBack();
    await third;
    expect(entered).toEqual(['first', 'second', 'third']);
    slots.giveBack();
    await fourth;
    expect(entered).toHaveLength(4);
  });

  it('forgets who stopped waiting, so that no place is lost to them', async () => {
    const slots = new Slots(1);
    await slots.take(never);
    const impatient = new AbortController();
    const left = slots.take(impatient.signal);
    const patient = slots.take(never);
    impatient.abort(new Error('lease lost'));
    await expect(left).rejects.toThrow('lease lost');
    slots.giveBack();
    await expect(patient).resolves.toBeUndefined();
  });
});
