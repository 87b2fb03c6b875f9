import { randomUUID } from 'node:crypto';

import type { MailLog } from './mail-log.js';
import type { ClaimedMail, MailQueue } from './mail-queue.js';
import { retryDelay } from './retry-delay.js';
import type { SmtpClient, SmtpOutcome } from './smtp-client.js';

export interface MailSenderOptions {
  readonly queue: MailQueue;
  readonly smtp: Pick<SmtpClient, 'send' | 'close'>;
  readonly log: MailLog;
  /** Mails under way at once. */
  readonly concurrency: number;
  readonly random: () => number;
  /** How often it looks for mail when there was none. */
  readonly pollMs?: number;
  /** A mail whose sender is killed is taken up again after this time. Longer than a server may take over one mail. */
  readonly leaseSeconds?: number;
  /** What is under way at the end may still take this long. */
  readonly graceMs?: number;
}

const POLL_MS = 1000;
const LEASE_SECONDS = 300;
const GRACE_MS = 5000;
/** Part of the lease in which a mail is sent; the rest is for writing down what came of it. */
const SENDING_PART = 0.8;

/** Sends what the outbox holds, in every worker process. */
export class MailSender {
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #stopping = false;

  constructor(private readonly options: MailSenderOptions) {}

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Takes nothing new, waits for what is under way, then gives it back. */
  async close(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#loop;
    const all = Promise.all(this.#underWay);
    await sleep(this.options.graceMs ?? GRACE_MS, all);
    this.#stop.abort();
    await all;
    this.options.smtp.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const free = this.options.concurrency - this.#underWay.size;
      const claimed = free > 0 ? await this.#claim(free) : [];
      for (const mail of claimed) this.#begin(mail);
      if (claimed.length < free || free === 0) await this.#pause();
    }
  }

  async #claim(most: number): Promise<readonly ClaimedMail[]> {
    try {
      return await this.options.queue.claim(randomUUID(), most, this.#leaseSeconds);
    } catch (err) {
      this.options.log.error({ msg: 'Mail that is due could not be read; it is tried again.', err });
      return [];
    }
  }

  #begin(mail: ClaimedMail): void {
    const sending = this.#send(mail)
      .catch((err: unknown) => {
        this.options.log.error({
          msg: 'What came of a mail could not be written down; it is sent again when its claim runs out.',
          mailId: mail.mailId,
          err,
        });
      })
      .finally(() => {
        this.#underWay.delete(sending);
        this.#wake();
      });
    this.#underWay.add(sending);
  }

  async #send(claimed: ClaimedMail): Promise<void> {
    const { queue, smtp } = this.options;
    const mail = await queue.read(claimed);
    if (mail === undefined) return;
    const deadline = AbortSignal.timeout(this.#leaseSeconds * SENDING_PART * 1000);
    const sent = await smtp.send(mail, AbortSignal.any([deadline, this.#stop.signal]));
    await this.#settle(claimed, mail.purpose, mail.attempts, sent);
  }

  async #settle(claimed: ClaimedMail, purpose: string, attempts: number, sent: SmtpOutcome): Promise<void> {
    const { queue, log, random } = this.options;
    const about = { mailId: claimed.mailId, purpose, attempts };
    if (sent.outcome === 'sent') return queue.settle(claimed, 'sent');
    if (sent.outcome === 'refused') {
      log.warn({
        msg: 'The mail server refuses a mail; it is not tried again.',
        ...about,
        error: sent.error,
      });
      return queue.settle(claimed, 'failed', sent.error);
    }
    const delaySeconds = retryDelay(attempts, random);
    const givenUp = await queue.retry(claimed, delaySeconds, sent.error);
    const msg = givenUp
      ? 'A mail is given up after two days.'
      : 'A mail could not be sent; it is tried again.';
    log.warn({ msg, ...about, delaySeconds, error: sent.error });
  }

  /** Until something under way is done, or it is time to look again. */
  async #pause(): Promise<void> {
    if (this.#stopping) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await sleep(this.options.pollMs ?? POLL_MS, woken);
  }

  get #leaseSeconds(): number {
    return this.options.leaseSeconds ?? LEASE_SECONDS;
  }
}

/** Ends early when `until` does; leaves no timer behind. */
async function sleep(ms: number, until: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, until]);
  clearTimeout(timer);
}
