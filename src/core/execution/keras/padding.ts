import { pair } from "../../formats/keras/configValues.ts";
import type { Size2d } from "../../network/size2d.ts";
import { type MovingWindow, reach, samePads } from "../movingWindow.ts";
import type { AttributeValue } from "../onnxModel.ts";
import { isSame, type LayerCall, refusal } from "./layerCall.ts";

const AXES = [0, 1] as const;

/**
 * The padding `same`. ONNX Runtime works it out by itself, but not for dilated windows, and of
 * pools only where the window is no smaller than its steps.
 */
export function samePadding(
  call: LayerCall,
  window: MovingWindow,
): Readonly<Record<string, AttributeValue>> {
  const { size, stride, dilation } = window;
  const isPlain = AXES.every((axis) => dilation[axis] === 1 && size[axis] >= stride[axis]);
  if (isPlain && AXES.some((axis) => stride[axis] > 1)) return { auto_pad: { text: "SAME_UPPER" } };
  const pads = samePads(window, call.receivedSize ?? [null, null]);
  if (pads !== null) return { pads: { ints: pads } };
  throw refusal(call, "moves over maps of any size in steps that skip a part of them");
}

/** What ONNX's ConvTranspose cuts off what the kernels reach, and what it adds behind. */
interface TransposedPads {
  /** Before height and width, then behind them. */
  readonly pads: readonly number[];
  readonly outputPadding: readonly number[];
}

/**
 * The padding of a transposed convolution by Keras's rule for its size (`deconv_output_length` in
 * keras/utils/conv_utils.py) and TensorFlow's for its place: it is what the convolution from that
 * size back to the input pads (`SAME`: half of it, rounded down, in front).
 *
 * @param outputSize the size of the result where the layer states it, as those of Keras 1 do.
 */
export function transposedPads(
  call: LayerCall,
  window: MovingWindow,
  outputSize: Size2d | null,
): TransposedPads {
  const same = isSame(call);
  const stated = pair(call.config.output_padding);
  const pads: number[] = [];
  const outputPadding: number[] = [];
  for (const axis of AXES) {
    const reached = reach(window, axis);
    const stride = window.stride[axis];
    // How much longer the result is than what the kernels reach, (length - 1) * stride + reached.
    let longer = same ? stride - reached : Math.max(stride - reached, 0);
    if (stated !== null) longer = stated[axis] - (same ? 2 * Math.floor(reached / 2) : 0);
    if (outputSize !== null) {
      const length = call.receivedSize?.[axis];
      if (length === undefined) throw refusal(call, "states the size of maps made of any size");
      longer = outputSize[axis] - ((length - 1) * stride + reached);
    }
    const cut = Math.max(0, -longer);
    pads[axis] = same ? Math.floor(cut / 2) : 0;
    pads[axis + 2] = cut - pads[axis];
    outputPadding[axis] = Math.max(0, longer);
  }
  return { pads, outputPadding };
}
