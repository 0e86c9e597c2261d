import type { JSX, KeyboardEvent, ReactNode } from "react";

interface Props {
  /** What is chosen among, for those who do not see it. */
  readonly label: string;
  readonly className?: string;
  readonly items: readonly number[];
  readonly chosen: number;
  readonly nameOf: (item: number) => string;
  readonly onChoose: (item: number) => void;
  /** What a button shows. */
  readonly children: (item: number) => ReactNode;
}

/** How far a key goes along the buttons; null for keys that do something else. */
function placeOfKey(key: string, at: number, last: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return Math.min(last, at + 1);
    case "ArrowLeft":
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const focused = document.activeElement;
  const at = focused instanceof HTMLButtonElement ? buttons.indexOf(focused) : -1;
  const to = placeOfKey(event.key, at, buttons.length - 1);
  if (at < 0 || to === null) return;
  event.preventDefault();
  buttons[to]?.focus();
}

/**
 * Many small buttons of which one is chosen. One stop for Tab, arrows inside, as the ARIA practices
 * have it for a toolbar: dozens of stops would stand before whatever comes next.
 */
export function ChoiceList(props: Props): JSX.Element {
  const { label, className, items, chosen, nameOf, onChoose, children } = props;
  const stop = items.includes(chosen) ? chosen : items[0];
  return (
    <div
      role="toolbar"
      aria-label={`${label}; arrow keys go from one to the next`}
      onKeyDown={onKeyDown}
    >
      <ul className={className}>
        {items.map((item) => (
          <li key={item}>
            <button
              type="button"
              className="atwork-choice"
              aria-pressed={item === chosen}
              aria-label={nameOf(item)}
              tabIndex={item === stop ? 0 : -1}
              onClick={() => onChoose(item)}
            >
              {children(item)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PagesProps {
  readonly page: number;
  readonly pages: number;
  /** What is turned over, "kernels". */
  readonly words: string;
  readonly onPage: (page: number) => void;
}

/** To the pages before and after. At the ends a button stays one, so that it keeps the focus. */
export function PageButtons({ page, pages, words, onPage }: PagesProps): JSX.Element {
  const button = (name: string, to: number) => {
    const isEnd = to < 0 || to >= pages;
    return (
      <button
        type="button"
        className="button button-small"
        aria-disabled={isEnd}
        onClick={() => {
          if (!isEnd) onPage(to);
        }}
      >
        {name} {words}
      </button>
    );
  };
  return (
    <>
      {button("Earlier", page - 1)}
      {button("Later", page + 1)}
    </>
  );
}
