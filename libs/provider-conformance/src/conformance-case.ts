import type { ProviderManifest } from '@rekomi/provider-contract';
import type { Stage, StageOptions } from './stage.js';
import type { Subject } from './subject.js';

/** What a case proves: the rules of the contract by number, and what stands beside them. */
export const RULES = {
  'absent-value-clear': 'Absent, value and clear are three things',
  consent: 'Consent can only go down by itself',
  tags: 'Tags are added and removed, never replaced',
  'contact-before-event': 'Contact before event',
  'bad-parts': 'One bad field does not refuse the person, one bad item does not lose the batch',
  secrets: 'Secrets never appear',
  dedupe: 'Events carry the vendor’s dedupe id, the same on every retry',
  encoding: 'Encoding is exact',
  verification: 'Verification writes nothing and tells four outcomes apart',
  audiences: 'Audiences are listed to the end, and a missing one is told',
  contacts: 'A contact is brought to the desired state, and what was written is told',
  events: 'Events arrive once, in order, with their data and time',
  bulk: 'Bulk calls answer for every item',
  'taking-back': 'Only what we put there is taken back',
  reading: 'A look tells what is there, and a failed look tells nothing',
  'positive-sign': 'Without a positive sign from the vendor there is no success',
  'hostile-vendor': 'Whatever a network or a vendor does becomes a value',
  manifest: 'The manifest is true',
} as const;

export type RuleId = keyof typeof RULES;

/** What a case may use. Every stage it opens is closed after it. */
export interface CaseContext {
  readonly subject: Subject;
  readonly manifest: ProviderManifest;
  /** A fresh emulated vendor behind a loopback server, and a transport to it. */
  readonly stage: (options?: StageOptions) => Promise<Stage>;
}

/** One thing that every provider has to do, as far as its manifest says so. */
export interface ConformanceCase {
  /** Kebab case. Never changes: reports and the matrix name it. */
  readonly id: string;
  /** What holds when the case passes, as a sentence. */
  readonly title: string;
  readonly rule: RuleId;
  /** The claims of this manifest that stand proven when the case passes; see `claimsOf`. */
  readonly proves?: (manifest: ProviderManifest) => readonly string[];
  /** True, or in words why the case has nothing to examine here. Absent: always. */
  readonly appliesTo?: (manifest: ProviderManifest, subject: Subject) => true | string;
  /** Set where a run of it mostly waits: it is begun first, so that the others fill that time. */
  readonly waits?: true;
  /** Throws a `CaseFailure` when the provider does not do it. */
  readonly run: (context: CaseContext) => Promise<void>;
}
