/** Median, 99th percentile and maximum, in words. */
export function spread(values: readonly number[], unit: string): string {
  if (values.length === 0) return 'nothing';
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0).toFixed(2);
  return `p50 ${at(0.5)} ${unit}, p99 ${at(0.99)} ${unit}, max ${at(1)} ${unit}`;
}
