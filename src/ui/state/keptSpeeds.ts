import type { Speeds } from "../../core/action/calibration.ts";
import type { SpeedMemory } from "../../core/action/engineRoom.ts";

/** The version of the program is part of it: a new one may be faster. */
const KEY = `convatlas-engine-speeds ${__CONVATLAS_VERSION__}`;

/**
 * Keeps what engines were measured at on this machine from one visit to the next. Storage
 * may be switched off or full: then it is measured again.
 */
export function keptSpeeds(storage: Pick<Storage, "getItem" | "setItem"> | undefined): SpeedMemory {
  return {
    load() {
      try {
        const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? "null");
        return isSpeeds(stored) ? stored : null;
      } catch {
        return null;
      }
    },
    store(speeds) {
      try {
        storage?.setItem(KEY, JSON.stringify(speeds));
      } catch {
        // Measured again next time.
      }
    },
  };
}

function isSpeeds(value: unknown): value is Speeds {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((speed) => typeof speed === "number" && speed > 0);
}
