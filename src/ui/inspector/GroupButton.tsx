import type { JSX, ReactNode } from "react";
import { isSameGroup, type KernelGroup } from "../../core/selection/kernelGroup.ts";
import { usePage } from "../hooks/usePage.ts";
import { selectGroup } from "../state/actions.ts";

interface Props {
  readonly group: KernelGroup;
  /** What a screen reader says: it must tell apart buttons with the same words. */
  readonly name?: string;
  readonly className?: string;
  readonly testId?: string;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
}

/** Selects a group of kernels in all views; pressed again, lets go of it. */
export function GroupButton(props: Props): JSX.Element {
  const { group, name, className = "button button-small", testId, isDisabled, children } = props;
  const isSelected = usePage((state) => isSameGroup(group, state.selection.group));
  return (
    <button
      type="button"
      className={`${className} group-button`}
      aria-label={name}
      aria-pressed={isSelected}
      data-testid={testId}
      disabled={isDisabled === true && !isSelected}
      onClick={() => selectGroup(group)}
    >
      {children}
    </button>
  );
}
