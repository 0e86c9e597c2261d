/** Height, then width, in pixels or entries. */
export type Size2d = readonly [height: number, width: number];
