import type { EmulatedRequest, EmulatorFactory } from '@rekomi/provider-contract';
import { jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import { errors } from './kit.emulator-answers.js';
import { applyToAccount, writeLater } from './kit.emulator-apply.js';
import { CALLS_PER_MINUTE, demoAccounts, type Account, type Operation } from './kit.emulator-model.js';
import { KitProbe } from './kit.emulator-probe.js';
import { answerSubscribers } from './kit.emulator-subscribers.js';
import { answerFields, answerTags } from './kit.emulator-tags.js';

/** Kit's API v4 as its pages describe it in November 2026, for API keys: account, tags, custom fields, subscribers. */
export class KitEmulation extends VendorEmulation<Operation> {
  readonly slug = 'kit';
  readonly hosts: readonly string[] = ['api.kit.com'];
  readonly probe = new KitProbe(this);
  accounts = demoAccounts();
  private revoked = false;
  /** Times of the calls of the last minute, by key. */
  private calls = new Map<string, number[]>();

  now(): number {
    return this.options.now();
  }

  /** What the merchant or a test does, not a request. */
  change(operation: Operation): void {
    this.commit(operation);
  }

  get writes(): number {
    return this.writeCount;
  }

  forgetAll(): void {
    this.forget();
    this.commit({ k: 'reset' });
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const key = request.headers['x-kit-api-key'];
    if (key === undefined || key === '') return errors(401, 'Authentication Failed');
    const account = [...this.accounts.values()].find(({ apiKey }) => apiKey === key);
    if (account === undefined || this.revoked) return errors(401, 'The access token is invalid');
    if (this.isTooFast(key))
      return { status: 429, headers: { 'content-type': 'text/plain' }, body: 'Retry later' };
    const [version, area, ...path] = pathSegments(request) ?? [];
    if (version !== 'v4') return errors(404, 'Not Found');
    return this.route(account, request, area, path);
  }

  protected apply(operation: Operation): void {
    switch (operation.k) {
      case 'reset':
        this.accounts = demoAccounts();
        this.calls = new Map();
        this.revoked = false;
        return;
      case 'revoke':
        this.revoked = operation.revoked;
        return;
      case 'settle':
        for (const { subscribers } of this.accounts.values()) {
          for (const subscriber of subscribers.values()) {
            subscriber.listedFrom = 0;
            writeLater(subscriber);
          }
        }
        return;
      default: {
        const account = this.accounts.get(operation.a);
        if (account !== undefined) applyToAccount(account, operation);
      }
    }
  }

  private route(
    account: Account,
    request: EmulatedRequest,
    area: string | undefined,
    path: readonly string[],
  ): Reply<Operation> {
    const call = { account, request, now: this.now() };
    switch (area) {
      case 'account':
        return request.method === 'GET' && path.length === 0
          ? jsonAnswer(200, accountView(account))
          : errors(404, 'Not Found');
      case 'tags':
        return answerTags(call, path);
      case 'custom_fields':
        return answerFields(call, path);
      case 'subscribers':
        return answerSubscribers(call, path);
      case 'bulk':
        // The vendor names the status and not the words.
        return errors(401, 'This endpoint requires OAuth authentication');
      default:
        return errors(404, 'Not Found');
    }
  }

  /** A window that rolls; neither Retry-After nor any other header tells when there is room. */
  private isTooFast(key: string): boolean {
    const now = this.now();
    const recent = (this.calls.get(key) ?? []).filter((at) => at > now - 60_000);
    const tooFast = recent.length >= CALLS_PER_MINUTE;
    this.calls.set(key, tooFast ? recent : [...recent, now]);
    return tooFast;
  }
}

function accountView({ id, name }: Account): object {
  const owner = 'owner@example.com';
  return {
    user: { email: owner, id: id * 10 },
    account: {
      ...{ id, name, plan_type: 'creator', primary_email_address: owner, created_at: '2023-02-17T11:43:55Z' },
      timezone: {
        name: 'America/New_York',
        friendly_name: 'Eastern Time (US & Canada)',
        utc_offset: '-05:00',
      },
      sending_addresses: [{ email_address: owner, from_name: name, is_default: true }],
    },
  };
}

export const kitEmulator: EmulatorFactory = (options) => new KitEmulation(options).restored();
