/** Names have a few endings; files can be full of names that have hundreds. */
const MAX_PASSES = 8;

/** The name without what `endings` match at its end, in whatever order the endings stand there. */
export function withoutEndings(name: string, endings: readonly RegExp[]): string {
  let rest = name;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const before = rest;
    for (const ending of endings) rest = rest.replace(ending, "");
    if (rest === before) break;
  }
  return rest;
}
