/** What a JPEG stream says of its picture before its pixels (ITU-T T.81, B.2.2). */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits per sample. */
  readonly precision: number;
  /** Second byte of the start-of-frame marker: 0xc0 baseline, 0xc3 lossless, 0xf7 JPEG-LS. */
  readonly frameMarker: number;
}

/** Markers that stand alone, without a length (T.81, table B.1). */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

function startsFrame(marker: number): boolean {
  if (marker === 0xf7) return true;
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

interface Segment {
  readonly marker: number;
  /** Behind marker and length. */
  readonly start: number;
  readonly end: number;
}

/**
 * The segments up to the frame's, that included; null in the place of what is no marker. Where the
 * bytes end, a segment may end behind them.
 */
function* segments(bytes: Uint8Array): Generator<Segment | null> {
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1];
    // Start of scan or end of image: no frame came before.
    if (bytes[at] !== 0xff || marker === 0xda || marker === 0xd9) {
      yield null;
      return;
    }
    if (marker === 0xff || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    yield { marker, start: at + 4, end };
    if (startsFrame(marker)) return;
    at = end;
  }
}

/**
 * @param bytes a JPEG, JPEG lossless or JPEG-LS stream from its first byte on.
 * @returns null where there is no sound header; "endsEarly" where the bytes end before it does.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | "endsEarly" | null {
  if (bytes.length < 2) return "endsEarly";
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  for (const segment of segments(bytes)) {
    if (segment === null) return null;
    const { marker, start } = segment;
    if (!startsFrame(marker)) continue;
    if (start + 6 > bytes.length) return "endsEarly";
    return {
      precision: bytes[start],
      height: bytes[start + 1] * 256 + bytes[start + 2],
      width: bytes[start + 3] * 256 + bytes[start + 4],
      components: bytes[start + 5],
      frameMarker: marker,
    };
  }
  return "endsEarly";
}

/** True if a JFIF or Adobe segment says what its colours mean (APP0 and APP14). */
export function tellsItsColours(bytes: Uint8Array): boolean {
  for (const segment of segments(bytes)) {
    if (segment === null) return false;
    const name = String.fromCharCode(...bytes.subarray(segment.start, segment.start + 5));
    if (segment.marker === 0xe0 && name === "JFIF\0") return true;
    if (segment.marker === 0xee && name === "Adobe") return true;
  }
  return false;
}
