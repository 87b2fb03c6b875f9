import type { EmulatedRequest, EmulatorFactory } from '@rekomi/provider-contract';
import { jsonAnswer, pathSegments, VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import {
  fault,
  invalid,
  NOT_FOUND,
  pageOf,
  problem,
  unknownParameters,
} from './omnisend.emulator-answers.js';
import { applyToBrand, tagLater } from './omnisend.emulator-apply.js';
import { answerContacts } from './omnisend.emulator-contacts.js';
import { answerEvents } from './omnisend.emulator-events.js';
import {
  CALLS_PER_MINUTE,
  demoBrands,
  TAG_CALLS_PER_MINUTE,
  VERSION,
  type Brand,
  type Operation,
} from './omnisend.emulator-model.js';
import { OmnisendProbe } from './omnisend.emulator-probe.js';

/** Omnisend's API of 2026-03-15 as its pages describe it in November 2026: brand, contacts, tags, events, segments. */
export class OmnisendEmulation extends VendorEmulation<Operation> {
  readonly slug = 'omnisend';
  readonly hosts: readonly string[] = ['api.omnisend.com'];
  readonly probe = new OmnisendProbe(this);
  brands = demoBrands();
  private revoked = false;
  /** Times of the calls of the last minute, by brand and family. */
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
    const key = /^Omnisend-API-Key (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    const brand = [...this.brands.values()].find(({ apiKey }) => apiKey === key);
    if (brand === undefined || this.revoked) return problem(401, 'unauthorized', 'Unauthorized');
    const version = request.headers['omnisend-version'];
    if (version === undefined) return invalid(fault('Omnisend-Version', 'header is required', 'required'));
    if (version !== VERSION)
      return problem(410, 'version-retired', 'This API version is no longer available');
    const [api, area, ...path] = pathSegments(request) ?? [];
    if (api !== 'api' || area === undefined) return NOT_FOUND;
    if (this.isTooFast(brand, 'all', CALLS_PER_MINUTE))
      return problem(429, 'rate-limit-exceeded', 'Too many requests');
    if (area === 'contacts' && path[0] === 'tags' && this.isTooFast(brand, 'tags', TAG_CALLS_PER_MINUTE))
      return problem(429, 'rate-limit-exceeded', 'Too many requests', { retryAfter: 20 });
    if (!brand.permissions.includes(area)) return problem(403, 'forbidden', 'The API key lacks a permission');
    return this.route(brand, request, area, path);
  }

  protected apply(operation: Operation): void {
    switch (operation.k) {
      case 'reset':
        this.brands = demoBrands();
        this.calls = new Map();
        this.revoked = false;
        return;
      case 'revoke':
        this.revoked = operation.revoked;
        return;
      case 'settle':
        for (const { contacts } of this.brands.values())
          for (const contact of contacts.values()) tagLater(contact);
        return;
      default: {
        const brand = this.brands.get(operation.b);
        if (brand !== undefined) applyToBrand(brand, operation);
      }
    }
  }

  private route(
    brand: Brand,
    request: EmulatedRequest,
    area: string,
    path: readonly string[],
  ): Reply<Operation> {
    const call = { brand, request, now: this.now() };
    if (area === 'contacts') return answerContacts(call, path);
    if (area === 'events') return answerEvents(call, path);
    if (request.method !== 'GET') return NOT_FOUND;
    if (area === 'brands' && path.join('/') === 'current') {
      const { id, name } = brand;
      const rest = {
        connected: true,
        currency: 'USD',
        platform: 'api',
        timezone: 'UTC',
        version: '',
        website: '',
      };
      return jsonAnswer(200, { brandID: id, name, ...rest });
    }
    return area === 'segments' && path.length === 0 ? segments(brand, request) : NOT_FOUND;
  }

  /** A window that slides; no header tells when there is room. */
  private isTooFast(brand: Brand, family: string, most: number): boolean {
    const now = this.now();
    const key = `${brand.id} ${family}`;
    const recent = (this.calls.get(key) ?? []).filter((at) => at > now - 60_000);
    const tooFast = recent.length >= most;
    this.calls.set(key, tooFast ? recent : [...recent, now]);
    return tooFast;
  }
}

function segments(brand: Brand, request: EmulatedRequest): Reply<Operation> {
  const unknown = unknownParameters(request, ['limit', 'after', 'before', 'sort', 'direction']);
  if (unknown !== undefined) return unknown;
  const page = pageOf(request, brand.segments, { most: 50, usual: 10 });
  if (page === undefined) return invalid(fault('limit', 'limit must be between 1 and 50'));
  const views = page.items.map(({ segmentID, name, tag }) => ({
    ...{ segmentID, name, status: 'ready', isStarred: false, archivedAt: null },
    ...{ conditionGroups: [{ conditions: [{ type: 'tag', value: tag }] }] },
    ...{ createdAt: '2026-03-20T10:07:28Z', updatedAt: '2026-03-20T10:07:28Z' },
  }));
  return jsonAnswer(200, { segments: views, paging: page.paging });
}

export const omnisendEmulator: EmulatorFactory = (options) => new OmnisendEmulation(options).restored();
