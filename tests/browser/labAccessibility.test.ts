import { describe, expect, it } from "vitest";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";
import { type PageState, STATES_OF_LAB } from "../support/pageStates.ts";
import { PHONE, type Size, SMALL_PHONE, WIDE, walkThrough } from "../support/soundStates.ts";

const open = browserForTests();

async function visit(
  size: Size,
  colorScheme: "light" | "dark",
  withAxe: (state: PageState) => boolean,
): Promise<void> {
  const opened = await open({ ...size, colorScheme });
  await loadSample(opened.page);
  await walkThrough(opened.page, STATES_OF_LAB, withAxe);
  expectCleanVisit(opened);
  await opened.close();
}

describe("the image lab", () => {
  it("has no axe violation, small target, lost focus or sideways scrolling in any state", async () => {
    const all = () => true;
    // Two at a time: as many as the smallest machine has cores.
    await Promise.all([visit(WIDE, "light", all), visit(PHONE, "dark", all)]);
  });

  it("nor in the other themes, nor on the smallest phone", async () => {
    // What themes change is colour; pictures and maps have colours of their own.
    const own = ["image lab", "a kernel at work", "put to the test"];
    const isOwn = ({ name }: PageState) => own.includes(name);
    expect(STATES_OF_LAB.filter(isOwn)).toHaveLength(own.length);
    await Promise.all([visit(WIDE, "dark", isOwn), visit(PHONE, "light", isOwn)]);
    await visit(SMALL_PHONE, "light", () => false);
  });
});
