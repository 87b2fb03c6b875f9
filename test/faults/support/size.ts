/** `ci` runs with every `npm test`; `full` is for leisure: `npm run faults -- --size full`. */
export type Size = 'ci' | 'full';

export const SIZE: Size = process.env['FAULTS_SIZE'] === 'full' ? 'full' : 'ci';

export function sized<T>(sizes: Readonly<Record<Size, T>>): T {
  return sizes[SIZE];
}
