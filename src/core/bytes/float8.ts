/**
 * The 8-bit floating-point types of machine learning (OCP 8-bit Floating Point Specification;
 * the "fnuz" variants, without infinities and negative zero: Noune et al., arXiv 2206.02915).
 */
interface Float8Layout {
  readonly fractionBits: number;
  readonly bias: number;
  /** Values of the codes that are no ordinary numbers. */
  readonly special: ReadonlyMap<number, number>;
}

const E4M3: Float8Layout = {
  fractionBits: 3,
  bias: 7,
  special: new Map([
    [0x7f, Number.NaN],
    [0xff, Number.NaN],
  ]),
};

const E5M2: Float8Layout = {
  fractionBits: 2,
  bias: 15,
  special: new Map([
    [0x7c, Number.POSITIVE_INFINITY],
    [0xfc, Number.NEGATIVE_INFINITY],
    ...[0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff].map((code): [number, number] => [code, Number.NaN]),
  ]),
};

const NEGATIVE_ZERO_IS_NAN: Float8Layout["special"] = new Map([[0x80, Number.NaN]]);
const E4M3_FNUZ: Float8Layout = { fractionBits: 3, bias: 8, special: NEGATIVE_ZERO_IS_NAN };
const E5M2_FNUZ: Float8Layout = { fractionBits: 2, bias: 16, special: NEGATIVE_ZERO_IS_NAN };

/** float8 E4M3 ("e4m3fn": no infinities) to float32; every value is exact. */
export function float8E4M3ToFloat32(codes: Uint8Array): Float32Array<ArrayBuffer> {
  return decode(codes, E4M3);
}

/** float8 E5M2 to float32; every value is exact. */
export function float8E5M2ToFloat32(codes: Uint8Array): Float32Array<ArrayBuffer> {
  return decode(codes, E5M2);
}

/** float8 E4M3 FNUZ to float32; every value is exact. */
export function float8E4M3FnuzToFloat32(codes: Uint8Array): Float32Array<ArrayBuffer> {
  return decode(codes, E4M3_FNUZ);
}

/** float8 E5M2 FNUZ to float32; every value is exact. */
export function float8E5M2FnuzToFloat32(codes: Uint8Array): Float32Array<ArrayBuffer> {
  return decode(codes, E5M2_FNUZ);
}

function decode(codes: Uint8Array, layout: Float8Layout): Float32Array<ArrayBuffer> {
  const values = Float32Array.from({ length: 256 }, (_, code) => float8Value(code, layout));
  return Float32Array.from(codes, (code) => values[code]);
}

function float8Value(code: number, { fractionBits, bias, special }: Float8Layout): number {
  const singular = special.get(code);
  if (singular !== undefined) return singular;
  const sign = code >= 0x80 ? -1 : 1;
  const exponent = (code & 0x7f) >> fractionBits;
  const fraction = (code & ((1 << fractionBits) - 1)) / (1 << fractionBits);
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}
