/** Where the sender writes what an operator should know. Never an address, never a content. */
export interface MailLog {
  info(line: Readonly<Record<string, unknown>>): void;
  warn(line: Readonly<Record<string, unknown>>): void;
  error(line: Readonly<Record<string, unknown>>): void;
}
