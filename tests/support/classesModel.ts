import type { PickedFile } from "../../src/worker/protocol.ts";
import { floatTensor, model, node, value } from "./onnxWriter.ts";

/** `TensorProto.DataType` */
const INT64 = 7;

const mean = Array<number>(9).fill(1 / 9);

/** Of values 0..1: dark, in between with an edge, and bright; logits, the largest decides. */
const CLASSES = [
  { kernel: mean.map((entry) => -entry), bias: 0.3 },
  { kernel: [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((entry) => entry / 8), bias: 0 },
  { kernel: mean, bias: -0.4 },
];

/**
 * A network that gives every pixel a value for each of three classes, with no softmax at its end;
 * or, `isNamed`, the number of the largest of them.
 */
export function classesModel(name = "classes.onnx", isNamed = false): PickedFile {
  const bytes = model({
    nodes: [
      node("Conv", ["image", "weights", "bias"], "classes", {
        attributes: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
      }),
      ...(isNamed ? [node("ArgMax", ["classes"], "numbers", { attributes: { axis: 1 } })] : []),
    ],
    initializers: [
      floatTensor(
        "weights",
        [CLASSES.length, 1, 3, 3],
        CLASSES.flatMap(({ kernel }) => kernel),
      ),
      floatTensor(
        "bias",
        [CLASSES.length],
        CLASSES.map(({ bias }) => bias),
      ),
    ],
    inputs: [value("image", [1, 1, 256, 256])],
    outputs: [
      isNamed
        ? value("numbers", [1, 1, 256, 256], INT64)
        : value("classes", [1, CLASSES.length, 256, 256]),
    ],
  });
  return { path: name, file: new File([bytes], name) };
}
