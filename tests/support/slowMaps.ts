/** TensorFlow's operators on maps, entry by entry: slow, obvious, and in its own order of axes. */

export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type Pair = readonly [number, number];

/** What a formula gives for each index. */
export function made(
  shape: readonly number[],
  entry: (index: readonly number[]) => number,
): Numbers {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(count);
  for (let at = 0; at < count; at += 1) {
    const index: number[] = [];
    let rest = at;
    for (const length of shape.toReversed()) {
      index.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    values[at] = entry(index);
  }
  return { shape, values };
}

/** Numbers between -1 and 1 that repeat nowhere near. */
export function noise(shape: readonly number[], seed = 1): Numbers {
  let state = seed * 7919;
  return made(shape, () => {
    state = (state * 48271 + 11) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  });
}

export function entryAt({ shape, values }: Numbers, index: readonly number[]): number {
  return values[index.reduce((at, place, axis) => at * shape[axis] + place, 0)];
}

/** The same; 0 outside. */
function padded(numbers: Numbers, index: readonly number[]): number {
  const isInside = index.every((place, axis) => place >= 0 && place < numbers.shape[axis]);
  return isInside ? entryAt(numbers, index) : 0;
}

export type SlowPadding =
  | "SAME"
  | "VALID"
  | readonly [top: number, bottom: number, left: number, right: number];

export interface SlowWindow {
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly padding: SlowPadding;
}

/** Number of places of a window along an axis, and the padding before the first. */
function placesAlong(
  axis: 0 | 1,
  length: number,
  size: number,
  { stride = [1, 1], dilation = [1, 1], padding }: SlowWindow,
): { count: number; before: number } {
  const reach = (size - 1) * dilation[axis] + 1;
  if (padding === "SAME") {
    const count = Math.ceil(length / stride[axis]);
    const total = Math.max(0, (count - 1) * stride[axis] + reach - length);
    return { count, before: Math.floor(total / 2) };
  }
  const [before, after] = padding === "VALID" ? [0, 0] : padding.slice(2 * axis, 2 * axis + 2);
  return { count: Math.floor((length + before + after - reach) / stride[axis]) + 1, before };
}

/** tf.nn.conv2d: maps (n,h,w,c), kernels (h, w, c / groups, out). */
export function slowConvolution(maps: Numbers, kernels: Numbers, window: SlowWindow): Numbers {
  const [batch, height, width, channels] = maps.shape;
  const [kh, kw, inner, out] = kernels.shape;
  const { stride = [1, 1], dilation = [1, 1] } = window;
  const rows = placesAlong(0, height, kh, window);
  const columns = placesAlong(1, width, kw, window);
  const groups = channels / inner;
  return made([batch, rows.count, columns.count, out], ([n, y, x, o]) => {
    const group = Math.floor(o / (out / groups));
    let sum = 0;
    for (let dy = 0; dy < kh; dy += 1) {
      for (let dx = 0; dx < kw; dx += 1) {
        for (let c = 0; c < inner; c += 1) {
          const row = y * stride[0] + dy * dilation[0] - rows.before;
          const column = x * stride[1] + dx * dilation[1] - columns.before;
          const entry = padded(maps, [n, row, column, group * inner + c]);
          sum += entry * entryAt(kernels, [dy, dx, c, o]);
        }
      }
    }
    return sum;
  });
}

/** tf.nn.depthwise_conv2d: kernels (h, w, c, multiplier). */
export function slowDepthwise(maps: Numbers, kernels: Numbers, window: SlowWindow): Numbers {
  const [kh, kw, channels, multiplier] = kernels.shape;
  const grouped = made([kh, kw, 1, channels * multiplier], ([y, x, , o]) =>
    entryAt(kernels, [y, x, Math.floor(o / multiplier), o % multiplier]),
  );
  return slowConvolution(maps, grouped, window);
}

/**
 * tf.nn.conv2d_transpose to a given size: the gradient of a convolution of maps of that size,
 * kernels (h, w, out, in). Each entry goes to wherever the convolution would have taken it from.
 */
export function slowTransposed(
  maps: Numbers,
  kernels: Numbers,
  size: Pair,
  window: SlowWindow,
): Numbers {
  const [batch, height, width, channels] = maps.shape;
  const [kh, kw, out] = kernels.shape;
  const { stride = [1, 1] } = window;
  const before = [
    placesAlong(0, size[0], kh, window).before,
    placesAlong(1, size[1], kw, window).before,
  ];
  const sums = made([batch, ...size, out], () => 0);
  for (let n = 0; n < batch; n += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        for (let dy = 0; dy < kh; dy += 1) {
          for (let dx = 0; dx < kw; dx += 1) {
            const row = y * stride[0] + dy - before[0];
            const column = x * stride[1] + dx - before[1];
            if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
            for (let o = 0; o < out; o += 1) {
              const at = ((n * size[0] + row) * size[1] + column) * out + o;
              for (let c = 0; c < channels; c += 1) {
                sums.values[at] += entryAt(maps, [n, y, x, c]) * entryAt(kernels, [dy, dx, o, c]);
              }
            }
          }
        }
      }
    }
  }
  return sums;
}

/** tf.nn.max_pool2d and avg_pool2d: what is padded takes no part. */
export function slowPool(
  maps: Numbers,
  size: Pair,
  kind: "max" | "mean",
  window: SlowWindow,
): Numbers {
  const [batch, height, width, channels] = maps.shape;
  const { stride = [1, 1] } = window;
  const rows = placesAlong(0, height, size[0], window);
  const columns = placesAlong(1, width, size[1], window);
  return made([batch, rows.count, columns.count, channels], ([n, y, x, c]) => {
    const seen: number[] = [];
    for (let dy = 0; dy < size[0]; dy += 1) {
      for (let dx = 0; dx < size[1]; dx += 1) {
        const [row, column] = [
          y * stride[0] + dy - rows.before,
          x * stride[1] + dx - columns.before,
        ];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        seen.push(entryAt(maps, [n, row, column, c]));
      }
    }
    return kind === "max"
      ? Math.max(...seen)
      : seen.reduce((sum, entry) => sum + entry, 0) / seen.length;
  });
}

export interface Corners {
  readonly alignCorners?: boolean;
  readonly halfPixelCenters?: boolean;
}

/** Where along an axis a new pixel lies in the old one (image_resizer_state.h). */
function oldPlace(at: number, from: number, to: number, corners: Corners, isNearest: boolean) {
  const { alignCorners = false, halfPixelCenters = false } = corners;
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  if (!halfPixelCenters) return at * scale;
  return isNearest ? (at + 0.5) * scale : (at + 0.5) * scale - 0.5;
}

export function slowNearest(maps: Numbers, size: Pair, corners: Corners): Numbers {
  const [batch, height, width, channels] = maps.shape;
  const place = (at: number, from: number, to: number) => {
    const old = oldPlace(at, from, to, corners, true);
    return Math.min(from - 1, corners.alignCorners ? Math.round(old) : Math.floor(old));
  };
  return made([batch, ...size, channels], ([n, y, x, c]) =>
    entryAt(maps, [n, place(y, height, size[0]), place(x, width, size[1]), c]),
  );
}

export function slowBilinear(maps: Numbers, size: Pair, corners: Corners): Numbers {
  const [batch, height, width, channels] = maps.shape;
  const around = (at: number, from: number, to: number) => {
    const old = oldPlace(at, from, to, corners, false);
    const low = Math.floor(old);
    return {
      low: Math.max(low, 0),
      high: Math.min(Math.ceil(old), from - 1),
      share: old - low,
    };
  };
  return made([batch, ...size, channels], ([n, y, x, c]) => {
    const [row, column] = [around(y, height, size[0]), around(x, width, size[1])];
    const along = (at: number) => {
      const [left, right] = [column.low, column.high].map((each) =>
        entryAt(maps, [n, at, each, c]),
      );
      return left + (right - left) * column.share;
    };
    return along(row.low) + (along(row.high) - along(row.low)) * row.share;
  });
}

/** An operator entry by entry, operands broadcast as numpy does. */
export function slowEntries(
  operands: readonly Numbers[],
  compute: (...entries: number[]) => number,
): Numbers {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(...operands.map((each) => each.shape[axis - rank + each.shape.length] ?? 1)),
  );
  return made(shape, (index) =>
    compute(
      ...operands.map((operand) => {
        const own = index.slice(rank - operand.shape.length);
        return entryAt(
          operand,
          own.map((place, axis) => (operand.shape[axis] === 1 ? 0 : place)),
        );
      }),
    ),
  );
}

/** Entry i of axis a of the result is that of axis `permutation[a]`. */
export function slowTranspose(numbers: Numbers, permutation: readonly number[]): Numbers {
  const shape = permutation.map((axis) => numbers.shape[axis]);
  return made(shape, (index) => {
    const own: number[] = [];
    for (const [at, axis] of permutation.entries()) own[axis] = index[at];
    return entryAt(numbers, own);
  });
}

/** Folds all entries along some axes, which stay with length 1 where `keeps`. */
export function slowReduction(
  numbers: Numbers,
  axes: readonly number[],
  keeps: boolean,
  fold: (entries: readonly number[]) => number,
): Numbers {
  const { shape } = numbers;
  const wide = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const folded = made(wide, (index) => {
    const entries: number[] = [];
    made(
      shape.map((length, axis) => (axes.includes(axis) ? length : 1)),
      (inner) => {
        entries.push(
          entryAt(
            numbers,
            index.map((place, axis) => place + inner[axis]),
          ),
        );
        return 0;
      },
    );
    return fold(entries);
  });
  if (keeps) return folded;
  return { ...folded, shape: shape.filter((_, axis) => !axes.includes(axis)) };
}

export function reshaped({ values }: Numbers, shape: readonly number[]): Numbers {
  return { shape, values };
}
