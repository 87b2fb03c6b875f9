import { IMPORT_LIMITS } from './import-limits.js';

export interface CsvRecord {
  readonly cells: readonly string[];
  /** Where it begins in the file, counted from 1 as an editor does. */
  readonly line: number;
  /** A quote was opened and never closed; the cells are those of that one line. */
  readonly unclosed?: true;
}

/** Why a file cannot be read further. */
export interface CsvFault {
  readonly code: 'record_too_long' | 'quote_not_closed';
  readonly line: number;
  readonly detail: string;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads records of RFC 4180 out of text that comes in pieces, with any of the three line ends, mixed if need be. Quotes
 * inside a cell that does not begin with one are letters, and so is what follows a closing quote. A quote that is still
 * open at the end of the file costs its own line only. Memory is bounded by the longest record.
 */
export class CsvReader {
  #text = '';
  #line: number;
  #position = 0;
  #fault: CsvFault | undefined;

  constructor(
    private readonly delimiter: string,
    options: { readonly firstLine?: number } = {},
  ) {
    this.#line = options.firstLine ?? 1;
  }

  /** Set once the file cannot be read further; nothing comes after that. */
  get fault(): CsvFault | undefined {
    return this.#fault;
  }

  /** @returns the records that are complete by now. */
  push(piece: string): CsvRecord[] {
    this.#text = this.#position === 0 ? this.#text + piece : this.#text.slice(this.#position) + piece;
    this.#position = 0;
    const records = this.#take(false);
    if (this.#fault === undefined && this.#text.length - this.#position > IMPORT_LIMITS.recordLength) {
      this.#refuse(this.#text.charCodeAt(this.#position) === QUOTE || this.#openQuote());
      return records;
    }
    return records;
  }

  /** @returns the records that only the end of the file completes. */
  end(): CsvRecord[] {
    const records = this.#take(true);
    this.#text = '';
    this.#position = 0;
    return records;
  }

  #take(atEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.#fault === undefined && this.#position < this.#text.length) {
      const record = this.#record(atEnd) ?? (atEnd ? this.#brokenLine() : undefined);
      if (record === undefined) break;
      records.push(record);
    }
    return records;
  }

  /** The record at the present position; undefined when its end is not in sight. */
  #record(atEnd: boolean): CsvRecord | undefined {
    const text = this.#text;
    const delimiter = this.delimiter.charCodeAt(0);
    const cells: string[] = [];
    const start = this.#position;
    let position = start;
    let inner = 0;
    for (;;) {
      let cell = '';
      if (text.charCodeAt(position) === QUOTE) {
        const close = this.#closingQuote(position + 1, atEnd);
        if (close === -1) return undefined;
        const quoted = text.slice(position + 1, close);
        inner += lineBreaks(quoted);
        cell = quoted.includes('"') ? quoted.replaceAll('""', '"') : quoted;
        position = close + 1;
      }
      const from = position;
      let code = text.charCodeAt(position);
      while (position < text.length && code !== delimiter && code !== LINE_FEED && code !== CARRIAGE_RETURN) {
        position += 1;
        code = text.charCodeAt(position);
      }
      if (position >= text.length && !atEnd) return undefined;
      cells.push(cell === '' ? text.slice(from, position) : cell + text.slice(from, position));
      if (position < text.length && code === delimiter) {
        position += 1;
        continue;
      }
      if (code === CARRIAGE_RETURN && position + 1 >= text.length && !atEnd) return undefined;
      if (position - start > IMPORT_LIMITS.recordLength) {
        this.#refuse(false);
        return undefined;
      }
      const record = { cells, line: this.#line };
      this.#line += inner + 1;
      this.#position = afterLineBreak(text, position);
      return record;
    }
  }

  #closingQuote(from: number, atEnd: boolean): number {
    const text = this.#text;
    let quote = text.indexOf('"', from);
    while (quote !== -1) {
      if (quote + 1 >= text.length) return atEnd ? quote : -1;
      if (text.charCodeAt(quote + 1) !== QUOTE) return quote;
      quote = text.indexOf('"', quote + 2);
    }
    return -1;
  }

  /** At the end of the file with a quote open: the line it stands in is lost, what follows is read anew. */
  #brokenLine(): CsvRecord | undefined {
    if (this.#fault !== undefined) return undefined;
    const text = this.#text;
    let end = this.#position;
    while (
      end < text.length &&
      text.charCodeAt(end) !== LINE_FEED &&
      text.charCodeAt(end) !== CARRIAGE_RETURN
    ) {
      end += 1;
    }
    const cells = text.slice(this.#position, end).split(this.delimiter);
    const record: CsvRecord = { cells, line: this.#line, unclosed: true };
    this.#line += 1;
    this.#position = afterLineBreak(text, end);
    return record;
  }

  #openQuote(): boolean {
    const rest = this.#text.slice(this.#position);
    return rest.includes(`${this.delimiter}"`);
  }

  #refuse(quoted: boolean): void {
    const line = this.#line;
    this.#fault = quoted
      ? {
          code: 'quote_not_closed',
          line,
          detail: `In line ${line} a quote is opened that is not closed within a million characters. Close it, or write a quote inside a cell twice.`,
        }
      : {
          code: 'record_too_long',
          line,
          detail: `Line ${line} has more than a million characters. Shorten it, or check that the file has line breaks.`,
        };
  }
}

function afterLineBreak(text: string, position: number): number {
  const isPair = text.charCodeAt(position) === CARRIAGE_RETURN && text.charCodeAt(position + 1) === LINE_FEED;
  return Math.min(text.length, position + (isPair ? 2 : 1));
}

function lineBreaks(text: string): number {
  if (!text.includes('\n') && !text.includes('\r')) return 0;
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
