const UNITS = ["bytes", "kB", "MB", "GB"] as const;

/** 24117248 as "24.1 MB" (decimal units, as file managers and browsers show). */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}
