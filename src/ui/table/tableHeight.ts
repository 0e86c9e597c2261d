/** Tabs, settings, choices and the foot stand above and below the table, px. */
const AROUND = 380;
const LEAST = 280;

/** Highest a table may be, px: as much of the window as what stands around it leaves. */
export function tableHeight(windowHeight: number): number {
  return Math.max(LEAST, windowHeight - AROUND);
}
