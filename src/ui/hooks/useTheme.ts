import { useEffect, useSyncExternalStore } from "react";
import { usePage } from "./usePage.ts";
import { usePrinting } from "./usePrinting.ts";

const DARK_QUERY = "(prefers-color-scheme: dark)";

function subscribeToSystem(listener: () => void): () => void {
  const query = matchMedia(DARK_QUERY);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** The theme in force: the person's choice, else the system's; on paper the light one. */
export function useTheme(): "light" | "dark" {
  const choice = usePage((state) => state.theme);
  const systemIsDark = useSyncExternalStore(
    subscribeToSystem,
    () => matchMedia(DARK_QUERY).matches,
  );
  if (usePrinting()) return "light";
  if (choice !== "system") return choice;
  return systemIsDark ? "dark" : "light";
}

/** Writes the theme where the style sheets look for it. */
export function useThemeAttribute(): void {
  const theme = useTheme();
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
}
