import type { JSX } from "react";
import { useTheme } from "../hooks/useTheme.ts";
import { setTheme } from "../state/actions.ts";

export function ThemeToggle(): JSX.Element {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-label={`Switch to the ${other} theme`}
      onClick={() => setTheme(other)}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor" />
      </svg>
      <span className="wide-only">{other === "dark" ? "Dark" : "Light"}</span>
    </button>
  );
}
