import type { JsonObject } from "./configValues.ts";
import { isModel, layersOf, nameOf, plainClassName } from "./modelConfig.ts";
import type { StateGroup, StateVariable } from "./stateGroups.ts";
import { elementCount, type StoredWeight, type WeightGroup } from "./storedWeights.ts";

/** Where models keep the state of their layers: since Keras 3 and 2.13, and before. */
const LAYER_CONTAINERS = ["layers", "_layer_checkpoint_dependencies"];

/**
 * The weights of each layer of the outermost model, found by the rule that Keras stores them by
 * (`_save_container_state` in keras/src/saving/saving_lib.py): a layer's group is named after
 * its class and numbered among the layers of that class, whatever the layer's own name is.
 */
export function weightsByConfig(model: JsonObject, state: StateGroup): readonly WeightGroup[] {
  return [...layerStates(model, state)].map(([layer, group]) => ({
    layer: nameOf(layer),
    weights: weightsOf(layer, group, [nameOf(layer)]),
  }));
}

/** The same for a file of weights alone: one group for each part that has arrays. */
export function weightsByGroup(state: StateGroup): readonly WeightGroup[] {
  return [...partsBelow(state, [])].map(({ path, group }) => {
    const layer = path.join("/");
    return { layer, weights: ownWeights(group, [layer]) };
  });
}

function weightsOf(
  layer: JsonObject,
  state: StateGroup,
  path: readonly string[],
): readonly StoredWeight[] {
  if (isModel(layer)) {
    return [...layerStates(layer, state)].flatMap(([inner, group]) =>
      weightsOf(inner, group, [...path, nameOf(inner)]),
    );
  }
  return [...partsBelow(state, path)].flatMap((part) => ownWeights(part.group, part.path));
}

/** Which group holds the state of which layer of a model. */
function layerStates(model: JsonObject, state: StateGroup): ReadonlyMap<JsonObject, StateGroup> {
  const name = LAYER_CONTAINERS.find((container) => state.parts.has(container)) ?? "";
  const groups = state.parts.get(name)?.parts ?? new Map<string, StateGroup>();
  const byClass = new Map<string, JsonObject[]>();
  for (const layer of layersOf(model)) {
    const snake = snakeCase(plainClassName(layer.class_name));
    byClass.set(snake, [...(byClass.get(snake) ?? []), layer]);
  }
  const found = new Map<JsonObject, StateGroup>();
  for (const [snake, layers] of byClass) {
    const numbered = numberedGroups(groups, snake);
    const named = new Map([...numbered.values()].map((group) => [group.layerName, group]));
    const stored = [...numbered.values()];
    // TensorFlow 2.12 counted each layer with weights twice, so that only the order is left.
    const skipsNumbers = Math.max(-1, ...numbered.keys()) >= layers.length;
    for (const [index, layer] of layers.entries()) {
      const byNumber = skipsNumbers ? stored[index] : numbered.get(index);
      const group = named.get(nameOf(layer)) ?? byNumber;
      if (group !== undefined) found.set(layer, group);
    }
  }
  return found;
}

/** Groups "conv2d", "conv2d_1", ... by their numbers, in order. */
function numberedGroups(
  groups: ReadonlyMap<string, StateGroup>,
  snake: string,
): ReadonlyMap<number, StateGroup> {
  const numbered = new Map<number, StateGroup>();
  for (const [name, group] of groups) {
    const number =
      name === snake ? "0" : name.startsWith(`${snake}_`) && name.slice(snake.length + 1);
    if (number !== false && /^\d+$/.test(number)) numbered.set(Number(number), group);
  }
  return numbered;
}

/** `to_snake_case` in keras/src/utils/naming.py. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

interface Part {
  readonly path: readonly string[];
  readonly group: StateGroup;
}

/** A group and all below it that have arrays, under the names that a person knows them by. */
function* partsBelow(group: StateGroup, path: readonly string[]): Generator<Part> {
  if (group.variables.size > 0) yield { path, group };
  for (const [name, part] of group.parts) {
    const inner = LAYER_CONTAINERS.includes(name) ? path : [...path, part.layerName ?? name];
    yield* partsBelow(part, inner);
  }
}

function ownWeights(group: StateGroup, path: readonly string[]): readonly StoredWeight[] {
  const inOrder = [...group.variables].sort(([one], [other]) => one - other);
  const variables = inOrder.map(([, variable]) => variable);
  return variables.map((variable, index) => ({
    ...variable,
    name: [...path, roleOf(variable, index, variables)],
  }));
}

/**
 * What an array is by its shape and place: Keras stores kernel and bias in that order, separable
 * convolutions the depthwise kernel, the pointwise kernel and the bias, recurrent ones two kernels.
 */
function roleOf(
  { shape }: StateVariable,
  index: number,
  variables: readonly StateVariable[],
): string {
  const isPair = isSeparable(variables);
  if (isPair && index === 0) return "depthwise_kernel";
  if (isPair && index === 1) return "pointwise_kernel";
  if (index === 1 && isRecurrent(variables)) return "recurrent_kernel";
  if (shape.length >= 3 && shape.length <= 5) return "kernel";
  const follows = variables.at(index - 1)?.shape.length ?? 0;
  return index > 0 && shape.length === 1 && follows >= 3 ? "bias" : String(index);
}

/** Whether the second array makes the four gates of a ConvLSTM2D, as the first one does. */
function isRecurrent([first, second]: readonly StateVariable[]): boolean {
  const [height, width, filters, gates] = second?.shape ?? [];
  if (first === undefined || gates === undefined || gates !== 4 * filters) return false;
  const [ownHeight, ownWidth, , ownGates] = first.shape;
  return height === ownHeight && width === ownWidth && gates === ownGates;
}

/** Whether the second array combines the channels that the first one makes. */
function isSeparable([depthwise, pointwise]: readonly StateVariable[]): boolean {
  if (depthwise === undefined || pointwise?.shape.length !== depthwise.shape.length) return false;
  const [inputs, multiplier] = depthwise.shape.slice(-2);
  const isPoint = elementCount(pointwise.shape.slice(0, -2)) === 1;
  return depthwise.shape.length >= 3 && isPoint && pointwise.shape.at(-2) === inputs * multiplier;
}
