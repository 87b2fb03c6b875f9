export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Why bytes cannot be a list of affiliates. */
export interface FileFault {
  readonly code: string;
  readonly detail: string;
}

const fault = (code: string, detail: string): FileFault => ({ code, detail });

const SIGNATURES: readonly (readonly [readonly number[], FileFault])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    fault(
      'file_compressed',
      'This is an Excel workbook or a ZIP archive. In Excel choose "Save as" and "CSV UTF-8"; unpack an archive first.',
    ),
  ],
  [[0x1f, 0x8b], fault('file_compressed', 'This is compressed with gzip. Unpack it first.')],
  [[0x42, 0x5a, 0x68], fault('file_compressed', 'This is compressed with bzip2. Unpack it first.')],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], fault('file_compressed', 'This is compressed with xz. Unpack it first.')],
  [[0x28, 0xb5, 0x2f, 0xfd], fault('file_compressed', 'This is compressed with zstd. Unpack it first.')],
  [[0x37, 0x7a, 0xbc, 0xaf], fault('file_compressed', 'This is a 7z archive. Unpack it first.')],
  [[0x52, 0x61, 0x72, 0x21], fault('file_compressed', 'This is a RAR archive. Unpack it first.')],
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    fault('file_not_csv', 'This is an old Excel workbook (.xls). In Excel choose "Save as" and "CSV UTF-8".'),
  ],
  [
    [0x25, 0x50, 0x44, 0x46],
    fault('file_not_csv', 'This is a PDF. Export the list as CSV from where it comes from.'),
  ],
];

/** What a file is that is no CSV, told by its first bytes. Nothing is ever unpacked. */
export function foreignFormat(beginning: Uint8Array): FileFault | undefined {
  return SIGNATURES.find(([bytes]) => bytes.every((byte, place) => beginning[place] === byte))?.[1];
}

/** The encoding that a byte order mark names. */
export function markedEncoding(beginning: Uint8Array): Encoding | undefined {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le';
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return 'utf-16be';
  if (beginning[0] === 0xef && beginning[1] === 0xbb && beginning[2] === 0xbf) return 'utf-8';
  return undefined;
}

/** Text out of bytes, piece by piece, without a byte order mark. Bytes that are impossible become U+FFFD. */
export function textDecoder(encoding: Encoding): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding);
  return (bytes) => (bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true }));
}
