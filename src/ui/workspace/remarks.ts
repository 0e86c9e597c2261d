/** Where the remarks about a file are; the model card leads there. */
export const REMARKS_ID = "remarks";

export function remarksText(count: number): string {
  return `${count === 1 ? "1 remark" : `${count} remarks`} about this file`;
}

/** Unfolds the remarks and goes there. */
export function showRemarks(): void {
  const remarks = document.getElementById(REMARKS_ID);
  if (!(remarks instanceof HTMLDetailsElement)) return;
  remarks.open = true;
  remarks.scrollIntoView({ block: "nearest" });
  remarks.querySelector("summary")?.focus({ preventScroll: true });
}
