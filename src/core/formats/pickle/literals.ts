/** The ways in which pickles write numbers and text (CPython, Lib/pickletools.py, argument descriptors). */

/** Integers in models are sizes and hashes; the longest, PyTorch's magic number, takes 10 bytes. */
const MAX_INTEGER_BYTES = 256;
const MAX_INTEGER_DIGITS = 620;

const BITS_PER_BYTE = 8;

/** A number where it is exact, else a bigint. */
function plainest(value: bigint): number | bigint {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

/** `LONG1` and `LONG4`: two's complement, little-endian; null if absurdly long. */
export function integerFromBytes(bytes: Uint8Array): number | bigint | null {
  if (bytes.length > MAX_INTEGER_BYTES) return null;
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at]);
  return plainest(BigInt.asIntN(bytes.length * BITS_PER_BYTE, value));
}

/** `INT` and `LONG`: decimal digits, after which `LONG` has an L, and `INT` of 00 and 01 truth values. */
export function integerFromText(text: string): number | bigint | boolean | null {
  if (text === "00") return false;
  if (text === "01") return true;
  const digits = text.endsWith("L") ? text.slice(0, -1) : text;
  if (digits.length > MAX_INTEGER_DIGITS || !/^[-+]?\d+$/.test(digits)) return null;
  return plainest(BigInt(digits.replace("+", "")));
}

/** `FLOAT`: as Python's repr writes it. */
export function floatFromText(text: string): number | null {
  switch (text) {
    case "nan":
      return Number.NaN;
    case "inf":
      return Number.POSITIVE_INFINITY;
    case "-inf":
      return Number.NEGATIVE_INFINITY;
    default:
      return /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) ? Number(text) : null;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** `STRING`: a quoted Python 2 string, one character a byte; null if it is not quoted. */
export function textFromLiteral(literal: string): string | null {
  const quote = literal[0];
  const isQuoted = literal.length >= 2 && (quote === "'" || quote === '"');
  if (!isQuoted || literal.at(-1) !== quote) return null;
  return literal
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g, (whole, hex?: string, plain?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ESCAPES[plain ?? ""] ?? whole;
    });
}

/** `UNICODE`: Latin-1 with \uXXXX and \UXXXXXXXX escapes. */
export function textFromRawUnicode(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short, long) => {
    const point = Number.parseInt(short ?? long, 16);
    return point > 0x10ffff ? whole : String.fromCodePoint(point);
  });
}

const UTF_8 = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT_UTF_8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Arguments that one call takes on every engine. */
const CHARACTERS_PER_PART = 8192;

export function textFromUtf8(bytes: Uint8Array): string {
  return UTF_8.decode(bytes);
}

/** Null if the bytes are no UTF-8. */
export function strictTextFromUtf8(bytes: Uint8Array): string | null {
  try {
    return STRICT_UTF_8.decode(bytes);
  } catch {
    return null;
  }
}

/** One character for each byte; what TextDecoder calls "latin1" is windows-1252. */
export function textFromLatin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHARACTERS_PER_PART) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + CHARACTERS_PER_PART)));
  }
  return parts.join("");
}

/** One byte for each character; null if a character does not fit. */
export function bytesFromLatin1(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return null;
    bytes[at] = code;
  }
  return bytes;
}
