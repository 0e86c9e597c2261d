import { ConvAtlasError } from "../../errors.ts";
import type { ExecutableFormat } from "../executableFormat.ts";

/** A format that holds weights and no word of what is computed with them. */
function weightsOnly(advice: string): ExecutableFormat {
  return {
    async build({ source }) {
      throw new ConvAtlasError(
        "cannot-run",
        `${source.name} holds weights alone, not how the network computes with them; to run it, ${advice}.`,
      );
    },
  };
}

export const executableSafetensors = weightsOnly(
  "load the weights into their network in PyTorch and export that as ONNX with torch.onnx.export",
);

export const executableNumpy = weightsOnly(
  "load the arrays into their network and export that as ONNX",
);

/**
 * A state dict holds no graph, and a pickled module only the name of the code that does.
 * TorchScript does hold its code; running it would take PyTorch itself.
 */
export const executablePytorch: ExecutableFormat = {
  async build({ source }, network) {
    const what =
      network.graph === null
        ? `${source.name} holds weights alone, not how the network computes with them`
        : `${source.name} holds a TorchScript program, which only PyTorch runs`;
    throw new ConvAtlasError(
      "cannot-run",
      `${what}; to run it, load it in PyTorch, export the network as ONNX with torch.onnx.export and open that file.`,
    );
  },
};
