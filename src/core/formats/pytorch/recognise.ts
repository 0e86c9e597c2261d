import type { ByteSource } from "../../bytes/byteSource.ts";

/** A header of a tar archive: a name first, "ustar" at 257 (POSIX.1-1988). */
const TAR_HEADER_BYTES = 512;
const TAR_SIGNATURE_AT = 257;
const TAR_SIGNATURE = "ustar";

/** First members of the tar archives that torch.save wrote before 0.1.2. */
const OLD_MEMBERS = ["sys_info", "pickle", "storages", "tensors"];

/** True for files of PyTorch's first months. */
export async function isOldTar(source: ByteSource): Promise<boolean> {
  const head = await source.slice(0, Math.min(TAR_HEADER_BYTES, source.byteLength));
  const text = String.fromCharCode(...head);
  const [name] = text.split("\0");
  return text.startsWith(TAR_SIGNATURE, TAR_SIGNATURE_AT) && OLD_MEMBERS.includes(name);
}
