/** Lists of what is allowed and what is not. An empty allow list allows everything; block wins over allow. */
export interface AllowBlock {
  readonly allow: readonly string[];
  readonly block: readonly string[];
}

/** What automatic approval asks for before it approves somebody. */
export interface ApprovalRules {
  /** Domains in ASCII (punycode) and lower case; each stands for its sub-domains too. */
  readonly emailDomains: AllowBlock;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countries: AllowBlock;
  /** Whether somebody who seems to be here already, under another address, is passed by. */
  readonly duplicates: 'skip' | 'ignore';
  /** Only people who proved that the address is theirs. */
  readonly confirmedAddress: boolean;
}

const NO_LISTS: AllowBlock = { allow: [], block: [] };

export const DEFAULT_RULES: ApprovalRules = {
  emailDomains: NO_LISTS,
  countries: NO_LISTS,
  duplicates: 'skip',
  confirmedAddress: false,
};

/** Stored rules with their defaults filled in. */
export function completeRules(stored: Partial<ApprovalRules>): ApprovalRules {
  return { ...DEFAULT_RULES, ...stored };
}
