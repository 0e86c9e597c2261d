/** Some converters write thousands of letters. */
const LONGEST_SHOWN = 80;

/** A name out of a file as a sentence shows it: on one line, cut where it is long. */
export function shownName(name: string): string {
  const line = name.slice(0, LONGEST_SHOWN + 1).replace(/\p{Cc}/gu, " ");
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}...`;
}
