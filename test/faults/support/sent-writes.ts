import { marksIn } from './mark.js';

/** A request that carried something of a campaign's, as it passed on its way from one process to the vendors. */
export interface SentWrite {
  readonly server: number;
  /** As the sandbox knows it: the first part of the path. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const REQUEST = /^(?:GET|POST|PUT|PATCH|DELETE) \/([^/ ]+)/;

/** Reads requests as they pass. One connection carries one request after the other, each in one piece or a few. */
export class SentWrites {
  readonly all: SentWrite[] = [];
  private readonly hosts = new Map<string, string>();

  see(server: number, connection: number, piece: Buffer): void {
    const at = Date.now();
    const text = piece.toString('latin1');
    const key = `${server} ${connection}`;
    const host = REQUEST.exec(text)?.[1] ?? this.hosts.get(key);
    if (host === undefined) return;
    this.hosts.set(key, host);
    if (marksIn(text).length > 0) this.all.push({ server, host, at });
  }
}
