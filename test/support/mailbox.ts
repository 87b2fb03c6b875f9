import type { AddressInfo } from 'node:net';

import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

import { eventually } from './eventually.js';

/** A mail server on loopback that takes every mail and keeps it. */
export class Mailbox {
  private readonly mails: ParsedMail[] = [];
  private readonly server: SMTPServer;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        void simpleParser(stream).then((mail) => {
          this.mails.push(mail);
          done();
        }, done);
      },
    });
  }

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    await new Promise<void>((resolve) => mailbox.server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  /** For a server's SMTP_URL. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** The last part of the first link in a mail whose path begins so. */
  async token(to: string, path: string): Promise<string> {
    const link = new RegExp(`${path}([\\w.-]{20,})`);
    return eventually(`a mail to ${to} with a link to ${path}`, () => {
      const texts = this.mails
        .filter((mail) => JSON.stringify(mail.to).includes(to))
        .map((mail) => `${mail.text} ${[...mail.headers.values()].map((v) => JSON.stringify(v)).join(' ')}`);
      return Promise.resolve(texts.map((text) => link.exec(text)?.[1]).find((one) => one !== undefined));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
