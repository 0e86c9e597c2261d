import { type Corrections, hasCorrections } from "../../core/network/corrections.ts";
import { parseCorrections } from "../../core/network/correctionsFile.ts";

const KEY_PREFIX = "convatlas-corrections-";

/** Corrections by the SHA-256 of the model's file, for as long as the browser's session. */
export interface KeptCorrections {
  get(sha256: string): Corrections | null;
  set(sha256: string, corrections: Corrections): void;
}

/** Storage may be missing or switched off: corrections then last as long as the analysis. */
export function keptCorrections(
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined,
): KeptCorrections {
  return {
    get(sha256) {
      try {
        const text = storage?.getItem(KEY_PREFIX + sha256);
        return text ? parseCorrections(text, "the session") : null;
      } catch {
        return null;
      }
    },
    set(sha256, corrections) {
      try {
        if (hasCorrections(corrections)) {
          storage?.setItem(KEY_PREFIX + sha256, JSON.stringify(corrections));
        } else {
          storage?.removeItem(KEY_PREFIX + sha256);
        }
      } catch {
        // Full or forbidden: nothing depends on it.
      }
    },
  };
}
