import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Choices, FIRST_CHOICES } from "../../../src/ui/state/choices.ts";
import {
  type History,
  MOST_STEPS,
  NO_HISTORY,
  recorded,
  redone,
  SAME_STEP_MS,
  undone,
} from "../../../src/ui/state/history.ts";

/** A state that a test can tell from others. */
function state(number: number): Choices {
  return { ...FIRST_CHOICES, settings: { ...FIRST_CHOICES.settings, clusters: number } };
}

describe("the history", () => {
  it("goes back and forth like a list of states with a place in it", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("choose", "undo", "redo")), (steps) => {
        // The slow, obvious one: all states, and where we are.
        let list = [state(0)];
        let at = 0;
        let now = state(0);
        let history: History = NO_HISTORY;
        for (const [number, step] of steps.entries()) {
          if (step === "choose") {
            history = recorded(history, now, null, 0);
            now = state(number + 1);
            list = [...list.slice(0, at + 1), now];
            at += 1;
          } else {
            const moved = step === "undo" ? undone(history, now) : redone(history, now);
            const target = step === "undo" ? at - 1 : at + 1;
            expect(moved === null).toBe(list[target] === undefined);
            if (moved !== null) {
              ({ history, choices: now } = moved);
              at = target;
            }
          }
          expect(now).toEqual(list[at]);
        }
      }),
    );
  });

  it("takes steps of one kind in a row as one, unless time passes between them", () => {
    let history = recorded(NO_HISTORY, state(1), "threshold", 0);
    history = recorded(history, state(2), "threshold", SAME_STEP_MS - 1);
    expect(history.past).toEqual([state(1)]);
    history = recorded(history, state(3), "threshold", 3 * SAME_STEP_MS);
    expect(history.past).toEqual([state(1), state(3)]);
    history = recorded(history, state(4), "grid", 3 * SAME_STEP_MS + 1);
    expect(history.past).toHaveLength(3);
  });

  it("forgets the oldest steps", () => {
    let history = NO_HISTORY;
    for (let step = 0; step < MOST_STEPS + 5; step++) {
      history = recorded(history, state(step), null, 0);
    }
    expect(history.past).toHaveLength(MOST_STEPS);
    expect(history.past[0]).toEqual(state(5));
  });
});
