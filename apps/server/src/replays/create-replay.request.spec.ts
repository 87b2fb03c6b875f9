import 'reflect-metadata';

import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';

import { CreateReplayRequest } from './create-replay.request.js';

const faults = async (body: object): Promise<string[]> =>
  (await validate(plainToInstance(CreateReplayRequest, body))).map(({ property }) => property);

describe('the filter of a replay', () => {
  it.each([[[]], [[[]]], [[{ kind: 'event' }]], [''], [null], [undefined]])(
    'is an object, and %j does not pass for one that matches everything',
    async (filter) => {
      expect(await faults({ filter })).toEqual(['filter']);
    },
  );

  it('matches everything only where it says nothing', async () => {
    expect(await faults({ filter: {} })).toEqual([]);
  });
});
