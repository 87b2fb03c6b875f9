import type { RefusedRow } from '@rekomi/programs';

const FURTHER = ['line', 'column', 'code', 'reason'];
const PAGE = 1_000;

/** The file's own columns, and behind them what is wrong; under another name where the file has that one already. */
export function errorsHeader(names: readonly string[]): readonly string[] {
  const taken = new Set(names.map((name) => name.trim().toLowerCase()));
  return [...names, ...FURTHER.map((name) => (taken.has(name) ? `import_${name}` : name))];
}

/** Refused rows as cells, in the order of the file. */
export async function* errorRows(
  columns: number,
  read: (afterLine: number, limit: number) => Promise<readonly RefusedRow[]>,
): AsyncGenerator<readonly (string | number)[]> {
  let last = 0;
  for (;;) {
    const rows = await read(last, PAGE);
    for (const { line, cells, columns: where, codes, reasons } of rows) {
      const own = Array.from({ length: columns }, (_, index) => cells?.[index] ?? '');
      const at = where.map((name) => name ?? '');
      yield [...own, line, joined(at), joined(codes), joined(reasons)];
      last = line;
    }
    if (rows.length < PAGE) return;
  }
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}
