import type { CrmProvider, EmulatorFactory, GoldenAnswer, PositiveSign } from '@rekomi/provider-contract';

/** What the suite examines: one provider folder, loaded. */
export interface Subject {
  readonly provider: CrmProvider;
  readonly emulator: EmulatorFactory;
  /** Documented answers from `<slug>.golden.ts`; absent when the folder has none. */
  readonly golden?: readonly GoldenAnswer[];
  /** How the vendor says yes, from `<slug>.signs.ts`; absent when the folder has none. */
  readonly signs?: readonly PositiveSign[];
  /** The folder's own sources, tests and emulator left out; absent when only built files are at hand. */
  readonly sources?: readonly { readonly name: string; readonly text: string }[];
}
