import type { ModuleSettings, NamedTensor } from "../../src/core/formats/weights/namedTensor.ts";

/** A tensor whose entries count up from 1, or are those given. */
export function tensor(
  name: string,
  shape: readonly number[],
  options: {
    readonly isFloat?: boolean;
    readonly module?: ModuleSettings;
    readonly entries?: readonly number[];
  } = {},
): NamedTensor {
  const { isFloat = true, module = null, entries } = options;
  const length = shape.reduce((product, axis) => product * axis, 1);
  return {
    name,
    shape,
    isFloat,
    module,
    read: async () => Float32Array.from(entries ?? Array.from({ length }, (_, at) => at + 1)),
  };
}

/** Weights and bias of a plain convolution as PyTorch stores them. */
export function convolution(
  layer: string,
  inputs: number,
  outputs: number,
  side = 3,
): readonly NamedTensor[] {
  return [
    tensor(`${layer}.weight`, [outputs, inputs, side, side]),
    tensor(`${layer}.bias`, [outputs]),
  ];
}

/** Weights of a transposed convolution as PyTorch stores them, with its bias if wanted. */
export function transposedConvolution(
  layer: string,
  inputs: number,
  outputs: number,
  { side = 2, hasBias = true } = {},
): readonly NamedTensor[] {
  const weight = tensor(`${layer}.weight`, [inputs, outputs, side, side]);
  return hasBias ? [weight, tensor(`${layer}.bias`, [outputs])] : [weight];
}

/** U-Nets as people write them, each in the order of its definition, which is that of execution. */
export const UNETS: Readonly<Record<string, (width: number) => readonly NamedTensor[]>> = {
  "inc, down, up, outc": (width) => [
    ...pair("inc.double_conv", 1, width),
    ...pair("down1.maxpool_conv.1.double_conv", width, 2 * width),
    ...pair("down2.maxpool_conv.1.double_conv", 2 * width, 4 * width),
    ...pair("down3.maxpool_conv.1.double_conv", 4 * width, 8 * width),
    ...transposedConvolution("up1.up", 8 * width, 4 * width),
    ...pair("up1.conv.double_conv", 8 * width, 4 * width),
    ...transposedConvolution("up2.up", 4 * width, 2 * width),
    ...pair("up2.conv.double_conv", 4 * width, 2 * width),
    ...transposedConvolution("up3.up", 2 * width, width),
    ...pair("up3.conv.double_conv", 2 * width, width),
    ...convolution("outc.conv", width, 2, 1),
  ],
  "encoder, bottleneck, upconv and decoder numbered downwards": (width) => [
    ...named("encoder1.enc1", 3, width),
    ...named("encoder2.enc2", width, 2 * width),
    ...named("encoder3.enc3", 2 * width, 4 * width),
    ...named("bottleneck.bottleneck", 4 * width, 8 * width),
    ...transposedConvolution("upconv3", 8 * width, 4 * width),
    ...named("decoder3.dec3", 8 * width, 4 * width),
    ...transposedConvolution("upconv2", 4 * width, 2 * width),
    ...named("decoder2.dec2", 4 * width, 2 * width),
    ...transposedConvolution("upconv1", 2 * width, width),
    ...named("decoder1.dec1", 2 * width, width),
    ...convolution("out_conv", width, 1, 1),
  ],
  "modules in lists": (width) => [
    ...pair("encoder.0", 1, width),
    ...pair("encoder.1", width, 2 * width),
    ...pair("encoder.2", 2 * width, 4 * width),
    ...pair("bottleneck", 4 * width, 4 * width),
    ...pair("decoder.0", 8 * width, 2 * width),
    ...pair("decoder.1", 4 * width, width),
    ...pair("decoder.2", 2 * width, width),
    ...convolution("head", width, 1, 1),
  ],
  "init, down, encoding, up numbered downwards": (width) => [
    ...pair("init.conv", 3, width),
    ...pair("down1.conv", width, width),
    ...pair("down2.conv", width, 2 * width),
    ...pair("encoding.conv", 2 * width, 4 * width),
    ...pair("up2.conv", 6 * width, 2 * width),
    ...pair("up1.conv", 3 * width, width),
    ...pair("out.conv", 2 * width, width),
  ],
  "a long sequence": (width) =>
    Array.from({ length: 13 }, (_, at) =>
      convolution(`features.${2 * at}`, at === 0 ? 3 : width + at, width + at + 1),
    ).flat(),
  "numbers without modules": (width) =>
    Array.from({ length: 12 }, (_, at) =>
      convolution(`conv${at + 1}`, at === 0 ? 1 : width + at, width + at + 1),
    ).flat(),
};

function pair(stage: string, inputs: number, outputs: number): readonly NamedTensor[] {
  return [
    ...convolution(`${stage}.0`, inputs, outputs),
    ...convolution(`${stage}.3`, outputs, outputs),
  ];
}

function named(stage: string, inputs: number, outputs: number): readonly NamedTensor[] {
  return [
    ...convolution(`${stage}conv1`, inputs, outputs),
    ...convolution(`${stage}conv2`, outputs, outputs),
  ];
}
