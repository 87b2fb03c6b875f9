/** Vendors' own APIs that an endpoint can be. */
export const PRESET_NAMES = ['customer-io-track'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];
