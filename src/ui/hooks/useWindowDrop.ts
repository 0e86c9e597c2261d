import { useEffect, useState } from "react";
import { type DroppedItem, droppedItems } from "../files/droppedFiles.ts";

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/**
 * Calls `onDrop` with what was dropped and what it was dropped on.
 * Takes files and folders dropped anywhere in the window; returns true while some are held over it.
 * Every child element that the pointer crosses fires its own enter and leave: only the
 * balance of both says whether the pointer has left the window, so nothing flickers.
 */
export function useWindowDrop(
  onDrop: (items: readonly DroppedItem[], target: EventTarget | null) => void,
): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    let balance = 0;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      balance += 1;
      setIsOver(true);
    };
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      balance = Math.max(0, balance - 1);
      if (balance === 0) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      balance = 0;
      setIsOver(false);
      if (event.dataTransfer !== null) {
        onDrop(droppedItems(event.dataTransfer), event.target);
      }
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, [onDrop]);
  return isOver;
}
