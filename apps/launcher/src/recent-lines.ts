const KEPT = 15;

/** The last lines a program printed, for the moment it fails. */
export class RecentLines {
  private readonly lines: string[] = [];

  add(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT) this.lines.shift();
  }

  toString(): string {
    return this.lines.map((line) => `  ${line}`).join('\n');
  }
}
