/** What a person is told where layers share their weights; nothing where none do. */
export function repeatWarnings(repeatedUses: number): readonly string[] {
  if (repeatedUses === 0) return [];
  return [
    `Some layers are applied more than once (${repeatedUses} further uses); their kernels are counted once.`,
  ];
}
