/** How the pixels of a DICOM file are stored (PS3.5, annex A; PS3.6, table A-1). */
export type PixelEncoding =
  | "native"
  | "rle"
  | "jpeg"
  | "jpegLossless"
  | "jpegLs"
  | "jpeg2000"
  | "unreadable";

export interface TransferSyntax {
  readonly uid: string;
  /** In words, to follow "compressed as". */
  readonly name: string;
  readonly encoding: PixelEncoding;
  readonly isBigEndian: boolean;
  /** The whole data set is deflated. */
  readonly isDeflated: boolean;
}

const PREFIX = "1.2.840.10008.1.2";

const SYNTAXES: ReadonlyMap<string, readonly [name: string, encoding: PixelEncoding]> = new Map([
  ["", ["implicit little endian", "native"]],
  [".1", ["explicit little endian", "native"]],
  [".2", ["explicit big endian", "native"]],
  [".1.99", ["deflated", "native"]],
  [".1.98", ["encapsulated uncompressed pixels", "unreadable"]],
  [".5", ["RLE", "rle"]],
  [".4.50", ["JPEG baseline", "jpeg"]],
  [".4.51", ["JPEG extended", "jpeg"]],
  [".4.57", ["JPEG lossless", "jpegLossless"]],
  [".4.70", ["JPEG lossless", "jpegLossless"]],
  [".4.80", ["JPEG-LS", "jpegLs"]],
  [".4.81", ["JPEG-LS", "jpegLs"]],
  [".4.90", ["JPEG 2000", "jpeg2000"]],
  [".4.91", ["JPEG 2000", "jpeg2000"]],
  [".4.92", ["JPEG 2000 part 2", "unreadable"]],
  [".4.93", ["JPEG 2000 part 2", "unreadable"]],
  [".4.100", ["MPEG-2 video", "unreadable"]],
  [".4.100.1", ["MPEG-2 video", "unreadable"]],
  [".4.101", ["MPEG-2 video", "unreadable"]],
  [".4.101.1", ["MPEG-2 video", "unreadable"]],
  [".4.102", ["MPEG-4 video", "unreadable"]],
  [".4.102.1", ["MPEG-4 video", "unreadable"]],
  [".4.103", ["MPEG-4 video", "unreadable"]],
  [".4.103.1", ["MPEG-4 video", "unreadable"]],
  [".4.104", ["MPEG-4 video", "unreadable"]],
  [".4.104.1", ["MPEG-4 video", "unreadable"]],
  [".4.105", ["MPEG-4 video", "unreadable"]],
  [".4.105.1", ["MPEG-4 video", "unreadable"]],
  [".4.106", ["MPEG-4 video", "unreadable"]],
  [".4.106.1", ["MPEG-4 video", "unreadable"]],
  [".4.107", ["HEVC video", "unreadable"]],
  [".4.108", ["HEVC video", "unreadable"]],
  [".4.110", ["JPEG XL", "unreadable"]],
  [".4.111", ["JPEG XL", "unreadable"]],
  [".4.112", ["JPEG XL", "unreadable"]],
  [".4.201", ["high-throughput JPEG 2000", "unreadable"]],
  [".4.202", ["high-throughput JPEG 2000", "unreadable"]],
  [".4.203", ["high-throughput JPEG 2000", "unreadable"]],
  [".4.94", ["JPIP (pixels on a server)", "unreadable"]],
  [".4.95", ["JPIP (pixels on a server)", "unreadable"]],
]);

/** A syntax that is not in the list is unreadable; its name is its number. */
export function transferSyntax(uid: string): TransferSyntax {
  const ending = uid === PREFIX || uid.startsWith(`${PREFIX}.`) ? uid.slice(PREFIX.length) : null;
  const known = ending === null ? undefined : SYNTAXES.get(ending);
  // Only a number is repeated to a person, whatever the file has in its place.
  const number = /^[\d.]{1,64}$/.test(uid) ? uid : "of an unknown number";
  const [name, encoding] = known ?? [`transfer syntax ${number}`, "unreadable"];
  return {
    uid: number,
    name,
    encoding,
    isBigEndian: ending === ".2",
    isDeflated: ending === ".1.99",
  };
}
