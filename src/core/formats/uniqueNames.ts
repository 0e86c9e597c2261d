/** Gives out layer names so that none comes twice; the second `conv` becomes `conv (2)`. */
export class UniqueNames {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  claim(wanted: string): string {
    let count = this.#counts.get(wanted) ?? 0;
    let name: string;
    do {
      count += 1;
      name = count === 1 ? wanted : `${wanted} (${count})`;
    } while (this.#taken.has(name));
    this.#counts.set(wanted, count);
    this.#taken.add(name);
    return name;
  }
}
