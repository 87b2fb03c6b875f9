import type { AudienceWatch, SeenAudiences, WatchedContact } from '../../ports.js';

/** Watches whom a test names, and notes what it was told. */
export class ScriptedWatch implements AudienceWatch {
  /** `seen ada@example.com [8]`, `unseen ada@example.com vendor_timeout`. */
  log: string[] = [];
  private contacts = new Map<string, WatchedContact>();

  reset(): void {
    this.log = [];
    this.contacts = new Map();
  }

  start(contactId: string, email: string, everyMs = 3_600_000): void {
    this.contacts.set(contactId, { email, everyMs });
  }

  stop(contactId: string): void {
    this.contacts.delete(contactId);
  }

  watched(
    _tx: unknown,
    _target: unknown,
    contactIds: readonly string[],
  ): Promise<ReadonlyMap<string, WatchedContact>> {
    const found = contactIds.flatMap((id) => {
      const contact = this.contacts.get(id);
      return contact === undefined ? [] : [[id, contact] as const];
    });
    return Promise.resolve(new Map(found));
  }

  seen(_tx: unknown, _target: unknown, contactId: string, seen: SeenAudiences): Promise<readonly string[]> {
    this.log.push(`seen ${this.emailOf(contactId)} [${seen.audiences.join()}]`);
    return Promise.resolve([]);
  }

  unseen(_tx: unknown, _target: unknown, contactId: string, code: string): Promise<void> {
    this.log.push(`unseen ${this.emailOf(contactId)} ${code}`);
    return Promise.resolve();
  }

  private emailOf(contactId: string): string {
    return this.contacts.get(contactId)?.email ?? contactId;
  }
}
