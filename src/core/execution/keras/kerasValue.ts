import { TO_CHANNELS_LAST } from "../axisOrders.ts";

/**
 * A tensor of a Keras network on its way into ONNX. Keras's maps are (N,H,W,C) unless a layer
 * says otherwise, those of ONNX (N,C,H,W): every value knows in which order it lies, and is
 * turned only where a layer needs the other. All numbers are float32.
 */
export interface KerasValue {
  /** In the ONNX model. */
  readonly name: string;
  /** Number of axes, the batch included; 0 for a single number. */
  readonly rank: number;
  /** True for four axes that lie as (N,C,H,W) where Keras has (N,H,W,C). */
  readonly isTurned: boolean;
}

/** Where an axis of Keras (negative: counted from the end) stands in the model; null if there is none. */
export function axisIn({ rank, isTurned }: KerasValue, axis: number): number | null {
  const counted = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(counted) || counted < 0 || counted >= rank) return null;
  return isTurned ? TO_CHANNELS_LAST[counted] : counted;
}
