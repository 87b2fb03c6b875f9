import { problem } from '@rekomi/http';
import { type ListedPerson, MOST_INVITES, readAddressList, readInviteFile } from '@rekomi/programs';

import { valueOf } from '../programs/program-problems.js';
import type { CreateInvitesRequest } from './create-invites.request.js';

export interface InvitedPeople {
  readonly source: 'api' | 'list' | 'csv';
  readonly people: readonly unknown[];
  /** The same, with their lines, where they came as a text. */
  readonly listed?: readonly ListedPerson[];
  readonly pointer: (index: number) => string;
}

/** The people of a request, in whichever of the three ways they came. */
export function invitedPeople({ invites, text, csv }: CreateInvitesRequest): InvitedPeople {
  if ([invites, text, csv].filter((one) => one !== undefined).length !== 1) {
    throw wrong('#', 'invites_needed', 'Send exactly one of invites, text and csv.');
  }
  if (invites !== undefined) {
    return { source: 'api', people: invites, pointer: (index) => `#/invites/${index}` };
  }
  if (text !== undefined) return listed('list', '#/text', readAddressList(text));
  return listed('csv', '#/csv', valueOf(readInviteFile(csv ?? '', '#/csv')));
}

function listed(source: 'list' | 'csv', pointer: string, people: readonly ListedPerson[]): InvitedPeople {
  if (people.length === 0) throw wrong(pointer, 'nobody', 'There is no address in it.');
  if (people.length > MOST_INVITES) {
    throw wrong(
      pointer,
      'too_many',
      `There are ${people.length} people in it; at most ${MOST_INVITES} are possible at once.`,
    );
  }
  return {
    source,
    people: people.map(({ line: _line, ...person }) => person),
    listed: people,
    pointer: () => pointer,
  };
}

function wrong(pointer: string, code: string, detail: string): Error {
  return problem('validation_failed', { errors: [{ pointer, code, detail }] });
}
