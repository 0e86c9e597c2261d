/** Classes of an ordered quantity, as colours and keys show it: more could not be told apart. */
export const ORDERED_CLASSES = 6;
