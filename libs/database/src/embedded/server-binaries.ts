/** A usable set of server programs. */
export interface ServerBinaries {
  readonly folder: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** Major version, for example 18. */
  readonly major: number;
  readonly source: 'bundled' | 'system';
}

/** Where a set of programs was looked for and why it cannot be used. */
export interface RejectedBinaries {
  readonly where: string;
  readonly reason: string;
}
