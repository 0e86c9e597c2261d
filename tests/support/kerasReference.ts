/**
 * What Keras's layers compute, in Keras's own terms and plain loops: slow and obvious, and
 * sharing nothing with what it checks.
 */

/** Row-major, axes in Keras's order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export type Pair = readonly [number, number];

export function count(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Some numbers between -1 and 1, no two patterns alike. */
export function numbers(shape: readonly number[], seed = 1): Tensor {
  const values = Float32Array.from({ length: count(shape) }, (_, at) =>
    Math.sin(12.9898 * (at + 1) + 78.233 * seed),
  );
  return { shape, values };
}

/** A tensor by what stands at each place. */
export function filled(
  shape: readonly number[],
  at: (...place: readonly number[]) => number,
): Tensor {
  const values = new Float64Array(count(shape));
  const place = shape.map(() => 0);
  for (let index = 0; index < values.length; index += 1) {
    let rest = index;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    values[index] = at(...place);
  }
  return { shape, values };
}

/** The entry at a place; 0 outside. */
export function entry({ shape, values }: Tensor, ...place: readonly number[]): number {
  let index = 0;
  for (let axis = 0; axis < shape.length; axis += 1) {
    if (place[axis] < 0 || place[axis] >= shape[axis]) return 0;
    index = index * shape[axis] + place[axis];
  }
  return values[index];
}

export function eachEntry(tensor: Tensor, change: (value: number) => number): Tensor {
  return { shape: tensor.shape, values: Array.from(tensor.values, change) };
}

/** The same with its axes in another order, as NumPy's transpose. */
export function transposed(tensor: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => tensor.shape[axis]);
  return filled(shape, (...place) => {
    const from: number[] = [];
    for (const [at, axis] of order.entries()) from[axis] = place[at];
    return entry(tensor, ...from);
  });
}

export const TO_FIRST = [0, 3, 1, 2];
export const TO_LAST = [0, 2, 3, 1];

export interface Window {
  readonly size: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: "same" | "valid";
}

/** Number of places of a window, and how many rows of padding stand before the first. */
export function places(
  length: number,
  axis: 0 | 1,
  window: Window,
): { count: number; before: number } {
  const stride = window.stride[axis];
  const reach = (window.size[axis] - 1) * window.dilation[axis] + 1;
  if (window.padding === "valid")
    return { count: Math.floor((length - reach) / stride) + 1, before: 0 };
  const many = Math.ceil(length / stride);
  const missing = Math.max((many - 1) * stride + reach - length, 0);
  return { count: many, before: Math.floor(missing / 2) };
}

/** tf.nn.conv2d: maps (N,H,W,C), kernel (h, w, in / groups, out). */
export function convolved(maps: Tensor, kernel: Tensor, window: Window, groups = 1): Tensor {
  const [batch, height, width] = maps.shape;
  const [rows, columns, inputs, outputs] = kernel.shape;
  const down = places(height, 0, window);
  const across = places(width, 1, window);
  return filled([batch, down.count, across.count, outputs], (n, y, x, o) => {
    const first = Math.floor(o / (outputs / groups)) * inputs;
    let sum = 0;
    for (let r = 0; r < rows; r += 1) {
      for (let c = 0; c < columns; c += 1) {
        const row = y * window.stride[0] + r * window.dilation[0] - down.before;
        const column = x * window.stride[1] + c * window.dilation[1] - across.before;
        for (let i = 0; i < inputs; i += 1) {
          sum += entry(maps, n, row, column, first + i) * entry(kernel, r, c, i, o);
        }
      }
    }
    return sum;
  });
}

/** tf.nn.depthwise_conv2d: kernel (h, w, in, multiplier). */
export function depthwise(maps: Tensor, kernel: Tensor, window: Window): Tensor {
  const [rows, columns, inputs, multiplier] = kernel.shape;
  const each = Array.from({ length: inputs }, (_, channel) => {
    const one = filled([...maps.shape.slice(0, 3), 1], (n, y, x) => entry(maps, n, y, x, channel));
    const own = filled([rows, columns, 1, multiplier], (r, c, _i, m) =>
      entry(kernel, r, c, channel, m),
    );
    return convolved(one, own, window);
  });
  const [batch, height, width] = each[0].shape;
  return filled([batch, height, width, inputs * multiplier], (n, y, x, o) =>
    entry(each[Math.floor(o / multiplier)], n, y, x, o % multiplier),
  );
}

/**
 * tf.nn.conv2d_transpose, by what it is defined as: the transpose of the convolution that makes
 * maps of the size of these out of maps of `size`. Kernel (h, w, out, in).
 */
export function convolvedBack(maps: Tensor, kernel: Tensor, window: Window, size: Pair): Tensor {
  const [batch, height, width, inputs] = maps.shape;
  const outputs = kernel.shape[2];
  const made = filled([batch, ...size, outputs], () => 0);
  const sums = Float64Array.from(made.values);
  for (let at = 0; at < size[0] * size[1] * outputs; at += 1) {
    const place = filled([1, ...size, outputs], () => 0);
    const one = { ...place, values: Float64Array.from(place.values) };
    one.values[at] = 1;
    const forward = convolved(one, kernel, window);
    if (forward.shape[1] !== height || forward.shape[2] !== width) throw new Error("no such size");
    for (let n = 0; n < batch; n += 1) {
      let sum = 0;
      for (let index = 0; index < height * width * inputs; index += 1) {
        sum += forward.values[index] * maps.values[n * height * width * inputs + index];
      }
      sums[n * size[0] * size[1] * outputs + at] = sum;
    }
  }
  return { shape: made.shape, values: sums };
}

export function plus(maps: Tensor, bias: Tensor): Tensor {
  const channels = bias.shape[0];
  return {
    shape: maps.shape,
    values: Array.from(maps.values, (value, at) => value + bias.values[at % channels]),
  };
}

/** Largest of, or mean over the places within the map of, each window. */
export function pooled(maps: Tensor, window: Window, kind: "max" | "mean"): Tensor {
  const [batch, height, width, channels] = maps.shape;
  const down = places(height, 0, window);
  const across = places(width, 1, window);
  return filled([batch, down.count, across.count, channels], (n, y, x, channel) => {
    const seen: number[] = [];
    for (let r = 0; r < window.size[0]; r += 1) {
      for (let c = 0; c < window.size[1]; c += 1) {
        const row = y * window.stride[0] + r - down.before;
        const column = x * window.stride[1] + c - across.before;
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        seen.push(entry(maps, n, row, column, channel));
      }
    }
    if (kind === "max") return Math.max(...seen);
    return seen.reduce((sum, value) => sum + value, 0) / seen.length;
  });
}

/** tf.image.resize of TensorFlow 2: the centre of pixel i lies at i + 1/2. */
export function resized(maps: Tensor, size: Pair, kind: "nearest" | "bilinear"): Tensor {
  const [batch, height, width, channels] = maps.shape;
  const clamp = (at: number, length: number) => Math.min(Math.max(at, 0), length - 1);
  return filled([batch, ...size, channels], (n, y, x, channel) => {
    const row = ((y + 0.5) * height) / size[0];
    const column = ((x + 0.5) * width) / size[1];
    if (kind === "nearest") {
      return entry(
        maps,
        n,
        clamp(Math.floor(row), height),
        clamp(Math.floor(column), width),
        channel,
      );
    }
    const [top, left] = [Math.floor(row - 0.5), Math.floor(column - 0.5)];
    let sum = 0;
    for (const [r, down] of [
      [top, 1 - (row - 0.5 - top)],
      [top + 1, row - 0.5 - top],
    ]) {
      for (const [c, across] of [
        [left, 1 - (column - 0.5 - left)],
        [left + 1, column - 0.5 - left],
      ]) {
        sum += down * across * entry(maps, n, clamp(r, height), clamp(c, width), channel);
      }
    }
    return sum;
  });
}

/** Largest difference of two tensors; infinite if their shapes differ. */
export function difference(one: Tensor, other: Tensor): number {
  if (one.shape.join() !== other.shape.join()) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let at = 0; at < one.values.length; at += 1) {
    const apart = Math.abs(one.values[at] - other.values[at]);
    if (!(apart <= most)) most = apart;
  }
  return most;
}
