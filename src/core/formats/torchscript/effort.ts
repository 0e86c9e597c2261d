import { CannotFollow } from "./cannotFollow.ts";

/** Expressions and statements followed; the largest networks have 200,000. A second of work. */
const MAX_STEPS = 2_000_000;

/** Calls, blocks and expressions within each other; ten times what networks have. */
const MAX_DEPTH = 600;

/** What has been spent on following code, which could go on for ever. */
export class Effort {
  #steps = 0;
  #depth = 0;

  /** @throws CannotFollow once it is more than any network needs. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new CannotFollow("more steps than any network takes");
  }

  /** Does work that may have such work within itself. */
  deeper<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new CannotFollow("calls too deep within calls");
    const result = work();
    this.#depth -= 1;
    return result;
  }
}
