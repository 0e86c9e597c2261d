import { ConvAtlasError } from "../../errors.ts";
import type { PickledGlobal } from "../pickle/values.ts";
import { shownName } from "../shownName.ts";
import { dangerNames } from "./danger.ts";
import type { TorchFile } from "./torchFile.ts";

/** Libraries whose pickled objects are models or tables, but no convolutional networks. */
const OTHER_LIBRARIES: ReadonlyMap<string, string> = new Map([
  ["sklearn", "scikit-learn"],
  ["pandas", "pandas"],
  ["xgboost", "XGBoost"],
  ["lightgbm", "LightGBM"],
  ["catboost", "CatBoost"],
  ["scipy", "SciPy"],
  ["statsmodels", "statsmodels"],
  ["nltk", "NLTK"],
  ["gensim", "gensim"],
]);

/** Why no weights were found: the plain sentence for a file that has none to show. */
export function emptyFileError({ name, pickle, isTorch }: TorchFile): ConvAtlasError {
  const dangers = dangerNames(pickle);
  if (dangers !== null) {
    return new ConvAtlasError(
      "not-a-model",
      `${name} holds no weights, but asks to run ${dangers} when Python opens it; ConvAtlas ran nothing, and you should not open it elsewhere.`,
    );
  }
  const classes = [...pickle.calls.values()].filter(({ path }) => !pickle.constructors.has(path));
  const library = classes.find(({ module }) => OTHER_LIBRARIES.has(rootOf(module)));
  if (library !== undefined && !isTorch) {
    const title = OTHER_LIBRARIES.get(rootOf(library.module));
    return new ConvAtlasError(
      "not-a-model",
      `${name} is an object of ${title} (${shownName(library.name)}), not a convolutional network.`,
    );
  }
  const [hiding] = classes;
  if (hiding !== undefined) return hiddenWeightsError(name, hiding);
  return isTorch
    ? new ConvAtlasError(
        "no-weights",
        `${name} holds no weights of a network; open the file in which the training saved the model's state_dict.`,
      )
    : new ConvAtlasError(
        "not-a-model",
        `${name} holds Python data, but no arrays in it; open the file that holds the trained network.`,
      );
}

function hiddenWeightsError(name: string, hiding: PickledGlobal): ConvAtlasError {
  const path = shownName(hiding.path);
  return new ConvAtlasError(
    "hidden-weights",
    `If ${name} holds weights, pickled objects of class ${path} hide them, and only that program's own code can open those; save the model's state_dict and open that.`,
  );
}

function rootOf(module: string): string {
  return module.split(".")[0];
}
