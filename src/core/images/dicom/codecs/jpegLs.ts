import {
  decoded,
  type FrameDecoder,
  numbersOf,
  requireSameSize,
  undecodable,
} from "../frameDecoder.ts";
import { webAssemblyCodec } from "../webAssemblyCodec.ts";
import { requireJpegHeader } from "./jpegStream.ts";

const JPEG_LS_FRAME = 0xf7;

const charls = webAssemblyCodec({
  factory: () => import("@cornerstonejs/codec-charls/decodewasmjs"),
  webAssembly: () => import("@cornerstonejs/codec-charls/decodewasm?url&inline"),
  decoder: "JpegLSDecoder",
});

/** JPEG-LS, lossless and near-lossless (PS3.5, 8.2.3), by CharLS. */
export const decodeJpegLsFrame: FrameDecoder = async (name, bytes, description) => {
  const header = requireJpegHeader(name, bytes);
  if (header.frameMarker !== JPEG_LS_FRAME) throw undecodable(name, "no JPEG-LS header");
  requireSameSize(name, header, description);
  const picture = await decoded(name, () => charls(bytes));
  return {
    numbers: numbersOf(name, picture, description),
    isPlanar: picture.interleaveMode === 0,
    isRgb: false,
  };
};
