import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { OPCODE } from "./opcodes.ts";
import { tryPickle } from "./pickleMachine.ts";
import { PickleStream } from "./pickleStream.ts";

/** A longer line or string in the first opcodes is that of a text file. */
const MAX_FIRST_VALUE_BYTES = 1024 * 1024;

/**
 * True if the file begins as a pickle: from protocol 2 on with its own opcode, and then whole or
 * cut short; before that with opcodes that make sense together, since there is no signature,
 * and with nothing but pickles after that.
 */
export async function looksLikePickle(source: ByteSource): Promise<boolean> {
  const [first, protocol] = await source.slice(0, Math.min(2, source.byteLength));
  const isSigned = first === OPCODE.protocol && protocol >= 2 && protocol <= 5;
  const stream = new PickleStream(source, MAX_FIRST_VALUE_BYTES);
  try {
    for (let pickles = 0; pickles < PICKLES_TRIED; pickles += 1) {
      const isWhole = await tryPickle(stream);
      if (isSigned || !isWhole || stream.bytesLeft === 0) return true;
    }
    return true;
  } catch (thrown) {
    return isSigned && thrown instanceof ConvAtlasError && thrown.code === "truncated";
  }
}

/** A file of torch.save begins with four short ones; text that looks like one goes on as text. */
const PICKLES_TRIED = 4;
