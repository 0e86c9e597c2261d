/** The decoders of cornerstone's codecs, all built alike by Emscripten's embind. */
export interface CodecDecoder {
  /** Memory for the compressed bytes, inside WebAssembly. */
  getEncodedBuffer(byteLength: number): Uint8Array;
  decode(): void;
  getFrameInfo(): CodecFrame;
  /** The pixels, inside WebAssembly: little endian, valid until `delete`. */
  getDecodedBuffer(): Uint8Array;
  /** JPEG-LS alone: 0 where one colour comes after the other. */
  getInterleaveMode?(): number;
  delete(): void;
}

interface CodecFrame {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

export type CodecModule<Name extends string> = Readonly<Record<Name, new () => CodecDecoder>>;

export type CodecFactory = (options: {
  readonly wasmBinary: Uint8Array;
  readonly print: (text: string) => void;
  readonly printErr: (text: string) => void;
}) => Promise<CodecModule<string>>;

/** Where a codec comes from: its own code and its WebAssembly, both as `import` gives them. */
export interface CodecOrigin {
  readonly factory: () => Promise<{ readonly default: CodecFactory }>;
  /** A data address. */
  readonly webAssembly: () => Promise<{ readonly default: string }>;
  /** The class within the module that decodes. */
  readonly decoder: string;
}

export interface CodecPicture extends CodecFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly interleaveMode: number | null;
}

/**
 * A decoder that is loaded when it is first used. Its WebAssembly travels inside the code, as
 * a data address: the page's policy lets nothing be fetched from such an address, so it is
 * decoded here.
 */
export function webAssemblyCodec(
  origin: CodecOrigin,
): (compressed: Uint8Array) => Promise<CodecPicture> {
  let loading: Promise<CodecModule<string>> | null = null;
  return async (compressed) => {
    loading ??= loaded(origin);
    try {
      const module = await loading;
      return decodeOnce(new module[origin.decoder](), compressed);
    } catch (thrown) {
      // What a failed run leaves in the memory of the module nobody can tell: begin anew.
      loading = null;
      throw thrown;
    }
  };
}

async function loaded({ factory, webAssembly }: CodecOrigin): Promise<CodecModule<string>> {
  const [code, address] = await Promise.all([factory(), webAssembly()]);
  const wasmBinary = bytesOf(address.default);
  return code.default({ wasmBinary, print: ignore, printErr: ignore });
}

function decodeOnce(decoder: CodecDecoder, compressed: Uint8Array): CodecPicture {
  decoder.getEncodedBuffer(compressed.byteLength).set(compressed);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  const picture: CodecPicture = {
    width,
    height,
    bitsPerSample,
    componentCount,
    bytes: new Uint8Array(decoder.getDecodedBuffer()),
    interleaveMode: decoder.getInterleaveMode?.() ?? null,
  };
  decoder.delete();
  return picture;
}

function bytesOf(dataAddress: string): Uint8Array {
  const text = atob(dataAddress.slice(dataAddress.indexOf(",") + 1));
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

function ignore(): void {}
