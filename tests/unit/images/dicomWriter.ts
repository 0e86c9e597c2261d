/** A value of an element: numbers of 16 bits, text, raw bytes, or the items of a sequence. */
export type DicomValue =
  | readonly number[]
  | string
  | Uint8Array
  | { readonly items: readonly DicomElements[] };

/** Tag as eight hexadecimal digits to its value representation and value. */
export type DicomElements = Readonly<Record<string, readonly [vr: string, value: DicomValue]>>;

export interface DicomPixels {
  readonly pixels: readonly number[];
  readonly columns: number;
  readonly rows?: number;
  readonly bits?: 1 | 8 | 16 | 32;
  readonly stored?: number;
  readonly isSigned?: boolean;
  readonly photometric?: string;
  readonly samples?: 1 | 3;
  readonly frames?: number;
}

export interface DicomOptions {
  readonly syntax?: string;
  /** Added to the header, or put in the place of what is there. */
  readonly elements?: DicomElements;
}

const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";

/** A DICOM file, explicit and little endian whatever its syntax is called. */
export function dicomBytes(
  {
    pixels,
    columns,
    rows,
    bits = 16,
    stored,
    isSigned,
    photometric,
    samples = 1,
    frames = 1,
  }: DicomPixels,
  { syntax = EXPLICIT_LITTLE_ENDIAN, elements = {} }: DicomOptions = {},
): Uint8Array<ArrayBuffer> {
  const height = rows ?? pixels.length / columns / samples / frames;
  const all: DicomElements = {
    "00280002": ["US", [samples]],
    "00280004": ["CS", photometric ?? (samples === 3 ? "RGB" : "MONOCHROME2")],
    "00280008": ["IS", String(frames)],
    "00280010": ["US", [height]],
    "00280011": ["US", [columns]],
    "00280100": ["US", [bits]],
    "00280101": ["US", [stored ?? bits]],
    "00280102": ["US", [(stored ?? bits) - 1]],
    "00280103": ["US", [isSigned === true ? 1 : 0]],
    "7fe00010": [bits > 8 ? "OW" : "OB", pixelBytes(pixels, bits)],
    ...elements,
  };
  const meta = elementsBytes({ "00020010": ["UI", syntax] });
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, meta.length, true);
  return joined(
    new Uint8Array(128),
    letters("DICM"),
    elementsBytes({ "00020000": ["UL", length] }),
    meta,
    elementsBytes(all),
  );
}

/** Compressed pixels: an empty offset table and the fragments. */
export function encapsulated(...fragments: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const items = [new Uint8Array(0), ...fragments].map((fragment) =>
    joined(uint32(0xe000fffe), uint32(fragment.length), fragment),
  );
  return joined(...items, uint32(0xe0ddfffe), uint32(0));
}

function pixelBytes(pixels: readonly number[], bits: 1 | 8 | 16 | 32): Uint8Array {
  if (bits === 1) {
    const bytes = new Uint8Array(Math.ceil(pixels.length / 8));
    for (const [index, pixel] of pixels.entries()) bytes[index >> 3] |= pixel << (index & 7);
    return bytes;
  }
  if (bits === 8) return Uint8Array.from(pixels);
  return new Uint8Array(
    bits === 16 ? Uint16Array.from(pixels).buffer : Uint32Array.from(pixels).buffer,
  );
}

function elementsBytes(elements: DicomElements): Uint8Array<ArrayBuffer> {
  const tags = Object.keys(elements).sort();
  return joined(...tags.map((tag) => elementBytes(tag, ...elements[tag])));
}

function elementBytes(tag: string, vr: string, value: DicomValue): Uint8Array<ArrayBuffer> {
  const content = valueBytes(value);
  const padded =
    content.length % 2 === 0 ? content : joined(content, letters(vr === "UI" ? "\0" : " "));
  const number = Number.parseInt(tag, 16);
  const head = joined(uint16(number >>> 16), uint16(number & 0xffff), letters(vr));
  // In fragments, their length is not told.
  const isEncapsulated =
    tag === "7fe00010" && content.length >= 4 && content[0] === 0xfe && content[1] === 0xff;
  const isLong = ["OB", "OW", "SQ", "UN"].includes(vr);
  if (!isLong) return joined(head, uint16(padded.length), padded);
  return joined(head, uint16(0), uint32(isEncapsulated ? 0xffffffff : padded.length), padded);
}

function valueBytes(value: DicomValue): Uint8Array {
  if (typeof value === "string") return letters(value);
  if (value instanceof Uint8Array) return value;
  if ("items" in value) {
    const items = value.items.map((item) => {
      const bytes = elementsBytes(item);
      return joined(uint32(0xe000fffe), uint32(bytes.length), bytes);
    });
    return joined(...items);
  }
  return joined(...value.map((number) => uint16(number & 0xffff)));
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >> 8);
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function letters(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
