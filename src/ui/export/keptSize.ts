import { FIRST_SIZE, SIZE_PRESETS, type SizeChoice } from "./printSize.ts";

const KEY = "convatlas-picture-size";

type SizeStorage = Pick<Storage, "getItem" | "setItem">;

/** Keeps the size of the last picture, for the next one and the next visit. */
export interface KeptSize {
  load(): SizeChoice;
  store(choice: SizeChoice): void;
}

/** Storage may be switched off or full: the choice then lasts as long as the page. */
export function keptSize(storage: () => SizeStorage): KeptSize {
  let chosen: SizeChoice | null = null;
  return {
    load() {
      if (chosen !== null) return chosen;
      try {
        chosen = parsedSize(storage().getItem(KEY));
      } catch {
        chosen = null;
      }
      return chosen ?? FIRST_SIZE;
    },
    store(choice) {
      chosen = choice;
      try {
        storage().setItem(KEY, JSON.stringify(choice));
      } catch {
        // Asked again next time.
      }
    },
  };
}

function parsedSize(text: string | null): SizeChoice | null {
  const value: unknown = JSON.parse(text ?? "null");
  const preset = SIZE_PRESETS.find(({ id }) => id === value);
  if (preset !== undefined) return preset.id;
  if (typeof value !== "object" || value === null || !("widthMm" in value)) return null;
  const { widthMm } = value;
  return typeof widthMm === "number" && Number.isFinite(widthMm) ? { widthMm } : null;
}

/** The size that the export buttons use. */
export const pictureSize = keptSize(() => localStorage);
