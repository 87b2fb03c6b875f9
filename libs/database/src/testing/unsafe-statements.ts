/** What a migration may not do to a table that processes of the version before are using, and what to do instead. */
const UNSAFE: readonly (readonly [RegExp, string])[] = [
  [/\bDROP TABLE\b/i, 'drops a table; do it one version after nothing uses it any more'],
  [/\bDROP COLUMN\b/i, 'drops a column; do it one version after nothing uses it any more'],
  [/\bDROP FUNCTION\b/i, 'drops a function; add the new one beside it'],
  [/\bRENAME\b/i, 'renames; add the new name beside the old one'],
  [/\bALTER COLUMN \w+ (SET DATA )?TYPE\b/i, 'changes a type, which rewrites the table; add a column'],
  [/\bALTER COLUMN \w+ SET NOT NULL\b/i, 'reads the whole table under a lock; add a CHECK that is NOT VALID'],
  [
    /\bADD COLUMN (?:IF NOT EXISTS )?\w+ [^,]*\bNOT NULL\b(?![^,]*\bDEFAULT\b)(?<!\bDEFAULT\b[^,]*)/i,
    'adds a column that inserts of the version before leave empty; give it a default',
  ],
];

/** Tables with a row for each piece of work: nothing that reads or rewrites all of it. */
const LARGE = ['lane', 'delivery', 'ledger', 'history', 'attempt', 'affiliate', 'enrolment', 'event'];
const INDEX = new RegExp(
  String.raw`\bCREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON (${LARGE.join('|')})\b`,
  'i',
);

/**
 * Statements of a migration that would disturb processes of the version before.
 *
 * @returns one sentence each; none when it is safe
 */
export function unsafeStatements(statements: readonly string[]): readonly string[] {
  const made = new Set(
    statements.flatMap((sql) =>
      [...sql.matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)/gi)].map(([, name]) => name),
    ),
  );
  const functions = new Set(
    statements.flatMap((sql) => [...sql.matchAll(/\bCREATE FUNCTION (\w+)/gi)].map(([, name]) => name)),
  );
  return statements.flatMap((sql) => {
    const plain = sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ');
    // Inside of a function nothing runs now.
    if (/^\s*CREATE (OR REPLACE )?FUNCTION/i.test(plain)) return [];
    // Made anew in the same transaction: callers find the old one or the new one, and never none.
    const dropped = /^\s*DROP FUNCTION (\w+)/i.exec(plain)?.[1];
    if (dropped !== undefined && functions.has(dropped)) return [];
    const table = /\bALTER TABLE (?:ONLY )?(\w+)/i.exec(plain)?.[1];
    if (table !== undefined && made.has(table)) return [];
    const found = UNSAFE.filter(([pattern]) => pattern.test(plain)).map(
      ([, why]) => `${short(plain)} ${why}.`,
    );
    const index = INDEX.exec(plain)?.[1];
    if (index !== undefined && !made.has(index))
      found.push(
        `${short(plain)} locks ${index} against writing for as long as it takes; build it CONCURRENTLY.`,
      );
    return found;
  });
}

function short(sql: string): string {
  return sql.trim().length > 80 ? `${sql.trim().slice(0, 80)}…` : sql.trim();
}
