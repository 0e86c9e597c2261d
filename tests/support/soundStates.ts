import type { Page } from "playwright-core";
import { expect } from "vitest";
import { violations } from "./axe.ts";
import type { PageState } from "./pageStates.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const WIDE: Size = { width: 1440, height: 900 };
export const PHONE: Size = { width: 390, height: 844 };
export const SMALL_PHONE: Size = { width: 320, height: 640 };

/** Controls that a finger or an unsteady hand misses (WCAG 2.2, 2.5.8: 24 by 24 px). */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, input:not([type="file"]), select, summary, [role="option"], [role="tab"]',
    );
    // A label is part of what it names.
    const target = (control: HTMLElement) => control.closest("label") ?? control;
    return [...controls]
      .filter((control) => control.checkVisibility() && !control.closest(".visually-hidden"))
      .map((control) => ({ control, box: target(control).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < 23.5)
      .map(({ control }) => control.outerHTML.slice(0, 160));
  });
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** Someone at the keyboard starts again at the top where the focus was let fall. */
function focusIsLost(page: Page): Promise<boolean> {
  return page.evaluate(() => document.activeElement === document.body);
}

/** Nothing to scroll sideways, no control that is too small, and with axe no violation. */
export async function expectSound(page: Page, name: string, withAxe: boolean): Promise<void> {
  // What comes late (sentences, pictures) is looked at too.
  await page.waitForTimeout(150);
  expect(await overflow(page), `${name}: sideways scrolling`).toBe(0);
  expect(await smallTargets(page), `${name}: small targets`).toEqual([]);
  if (withAxe) expect(await violations(page), name).toEqual([]);
}

/** Goes through states in their order; each has to be sound, and to keep the focus somewhere. */
export async function walkThrough(
  page: Page,
  states: readonly PageState[],
  withAxe: (state: PageState) => boolean,
): Promise<void> {
  for (const state of states) {
    await state.reach(page);
    await expectSound(page, state.name, withAxe(state));
    expect(await focusIsLost(page), `${state.name}: focus lost`).toBe(false);
    await state.leave?.(page);
    expect(await focusIsLost(page), `after ${state.name}: focus lost`).toBe(false);
  }
}
