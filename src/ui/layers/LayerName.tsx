import type { JSX } from "react";

/** Longer names do not fit on a card of the usual width. */
const LONGEST_WHOLE_NAME = 24;

/** Characters kept of the end: there the names of a network's layers differ. */
const TAIL_LENGTH = 11;

interface Props {
  readonly name: string;
}

/** A layer's name in one line; a long one is shortened in the middle. */
export function LayerName({ name }: Props): JSX.Element {
  if (name.length <= LONGEST_WHOLE_NAME) return <span className="layer-card-name">{name}</span>;
  return (
    <>
      <span className="visually-hidden">{name}</span>
      <span className="layer-card-name layer-card-long-name" aria-hidden="true" title={name}>
        <span>{name.slice(0, -TAIL_LENGTH)}</span>
        <span>{name.slice(-TAIL_LENGTH)}</span>
      </span>
    </>
  );
}
