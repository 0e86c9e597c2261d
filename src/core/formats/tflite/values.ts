import { shownName } from "../shownName.ts";
import { malformedTflite } from "./errors.ts";
import type { ByteRange, FlatBuffer } from "./flatBuffer.ts";
import {
  elementsOf,
  TENSOR_TYPE,
  type TfliteModel,
  type TfliteOperator,
  type TfliteSubgraph,
  type TfliteTensor,
} from "./model.ts";

/** Shapes, axes and pads have at most four numbers for each axis. */
const LONGEST_SHAPE_VECTOR = 64;

/** The tensors of a subgraph, with the operators that make them and the numbers they hold. */
export class SubgraphValues {
  readonly tensors: readonly TfliteTensor[];
  /** The file, for messages about it. */
  readonly buffer: FlatBuffer;
  /** Operators by the index of the tensor that they make. */
  readonly producers: ReadonlyMap<number, TfliteOperator>;
  private readonly model: TfliteModel;
  private readonly vectors = new Map<number, readonly number[] | null>();

  constructor(model: TfliteModel, subgraph: TfliteSubgraph, buffer: FlatBuffer) {
    this.model = model;
    this.tensors = subgraph.tensors;
    this.buffer = buffer;
    this.producers = new Map(
      subgraph.operators.flatMap((operator) =>
        operator.outputs.map((output) => [output, operator] as const),
      ),
    );
  }

  tensor(index: number | undefined): TfliteTensor | null {
    return index === undefined ? null : (this.tensors[index] ?? null);
  }

  dataOf(tensor: TfliteTensor): Promise<ByteRange | null> {
    return this.model.dataOf(tensor);
  }

  /** Numbers of a stored tensor that is short enough to describe a shape, flat; else null. */
  async shapeVector(index: number | undefined): Promise<readonly number[] | null> {
    const tensor = this.tensor(index);
    if (index === undefined || tensor === null) return null;
    const known = this.vectors.get(index);
    if (known !== undefined) return known;
    const vector = this.producers.has(index) ? null : await this.readVector(tensor);
    this.vectors.set(index, vector);
    return vector;
  }

  private async readVector(tensor: TfliteTensor): Promise<readonly number[] | null> {
    const { name, shape, type } = tensor;
    const elements = elementsOf(shape);
    const read = NUMBER_READERS.get(type);
    if (read === undefined || elements > LONGEST_SHAPE_VECTOR) return null;
    const range = await this.dataOf(tensor);
    if (range === null) return null;
    const size = type === TENSOR_TYPE.int64 ? 8 : 4;
    if (range.end - range.start !== elements * size) {
      throw wrongLength(this.buffer, name, shape, range);
    }
    const view = await this.buffer.view(range.start, range.end - range.start);
    return Array.from({ length: elements }, (_, at) => read(view, at * size));
  }
}

/** Types that shapes, axes, pads and factors of sizes have. */
const NUMBER_READERS: ReadonlyMap<number, (view: DataView, at: number) => number> = new Map([
  [TENSOR_TYPE.float32, (view: DataView, at: number) => view.getFloat32(at, true)],
  [TENSOR_TYPE.int32, (view: DataView, at: number) => view.getInt32(at, true)],
  [TENSOR_TYPE.int64, (view: DataView, at: number) => Number(view.getBigInt64(at, true))],
]);

/** The error for a tensor whose bytes are more or fewer than its shape needs. */
export function wrongLength(
  { source }: FlatBuffer,
  name: string,
  shape: readonly number[],
  { start, end }: ByteRange,
) {
  return malformedTflite(
    source,
    `the tensor ${shownName(name)} does not hold as many numbers as its shape says`,
    `shape ${shape.join(" x ")}, ${end - start} bytes`,
  );
}
