import type { ByteSource } from "../../bytes/byteSource.ts";

export async function looksLikePickle(source: ByteSource): Promise<boolean> {
  const head = await source.slice(0, Math.min(2, source.byteLength));
  return head[0] === 0x80 && head[1] >= 2 && head[1] <= 5;
}
