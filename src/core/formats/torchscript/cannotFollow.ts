/**
 * Why the code of a TorchScript file is not followed. Never seen by a person: the file is then
 * read for its weights alone, with a plain remark.
 */
export class CannotFollow extends Error {
  override readonly name = "CannotFollow";
}
