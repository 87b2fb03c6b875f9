/** What must hold in a model, whatever happens; otherwise an error says what was found instead. */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
