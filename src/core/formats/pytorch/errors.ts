import { ConvAtlasError } from "../../errors.ts";

export function bigEndianError(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} was saved on a big-endian machine, whose numbers ConvAtlas does not read; load it and save it again on an ordinary computer.`,
  );
}

export function oldScriptError(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} is TorchScript of a PyTorch before 1.4, whose form is not read; load it with a present PyTorch and save it again.`,
  );
}

export function oldTarError(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} was saved by a PyTorch of 2016, in a form that is not read; load it with PyTorch and save its state_dict again.`,
  );
}

export function packageError(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} is a package of programs (torch.package), whose form is not read; load it with PyTorch and save the model's state_dict.`,
  );
}
