import type { InviteRow } from './invite-input.js';

/** A person of a pasted list, with the line they stand in, from 1. */
export interface ListedPerson extends InviteRow {
  readonly line: number;
}

/** A separator, unless it stands in quotes or in angle brackets. */
const PIECES = /(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|[^,;\t"<]|["<])+/gu;
const NAMED = /^(?<name>.*?)\s*<\s*(?<email>[^<>]*?)\s*>$/u;

/**
 * Reads a list as people paste it: one or several addresses a line with commas, semicolons or tabs between them, with or
 * without names: `Jane Doe <jane@example.com>`. Blank lines are passed over; whatever is no address comes out as one, to
 * be refused with its line.
 */
export function readAddressList(text: string): readonly ListedPerson[] {
  return text.split(/\r\n|\r|\n/u).flatMap((content, index) => readLine(content, index + 1));
}

function readLine(content: string, line: number): readonly ListedPerson[] {
  const people: ListedPerson[] = [];
  let waiting = '';
  const pieces = (content.match(PIECES) ?? []).map((piece) => piece.trim()).filter((piece) => piece !== '');
  for (const [index, piece] of pieces.entries()) {
    // "Doe, Jane <jane@example.com>": what has no @ and is followed by a name with an address belongs to it.
    if (!piece.includes('@') && NAMED.test(pieces[index + 1] ?? '')) {
      waiting = waiting === '' ? piece : `${waiting}, ${piece}`;
      continue;
    }
    people.push({ line, ...readPiece(waiting === '' ? piece : `${waiting}, ${piece}`) });
    waiting = '';
  }
  return people;
}

function readPiece(piece: string): InviteRow {
  const { name = '', email } = NAMED.exec(piece)?.groups ?? {};
  if (email === undefined) return { email: piece.replace(/^mailto:/iu, '') };
  return { email: email.replace(/^mailto:/iu, ''), name: unquoted(name) };
}

function unquoted(name: string): string {
  const inside = /^"(.*)"$/su.exec(name)?.[1];
  return inside === undefined ? name : inside.replace(/\\(.)/gsu, '$1');
}
