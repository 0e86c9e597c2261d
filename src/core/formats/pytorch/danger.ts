import type { PickledGlobal } from "../pickle/values.ts";
import type { TorchPickle } from "./torchPickle.ts";

/** Modules whose functions reach beyond the pickle: the system, files, the network, code. */
const DANGEROUS_MODULES: ReadonlySet<string> = new Set([
  "os",
  "posix",
  "nt",
  "subprocess",
  "commands",
  "sys",
  "socket",
  "shutil",
  "importlib",
  "imp",
  "pkgutil",
  "runpy",
  "code",
  "codeop",
  "pty",
  "pdb",
  "bdb",
  "profile",
  "cProfile",
  "timeit",
  "trace",
  "doctest",
  "ctypes",
  "marshal",
  "pickle",
  "_pickle",
  "dill",
  "cloudpickle",
  "webbrowser",
  "urllib",
  "urllib2",
  "http",
  "httplib",
  "ftplib",
  "requests",
  "smtplib",
  "tempfile",
  "multiprocessing",
  "threading",
  "asyncio",
  "signal",
]);

/** Functions within modules that are harmless otherwise. */
const DANGEROUS_NAMES: ReadonlySet<string> = new Set([
  "torch.load",
  "torch.hub.load",
  "torch.serialization.load",
  "torch.jit.load",
  "numpy.load",
  "types.FunctionType",
  "types.CodeType",
]);

/** What pickles of harmless objects take from Python itself. */
const HARMLESS_BUILTINS: ReadonlySet<string> = new Set([
  "list",
  "tuple",
  "dict",
  "set",
  "frozenset",
  "bytes",
  "bytearray",
  "object",
  "int",
  "float",
  "bool",
  "str",
  "complex",
  "slice",
  "range",
  "xrange",
  "long",
  "unicode",
]);

/** Modules that rebuild their own objects by functions; elsewhere only classes are expected. */
const HARMLESS_MODULES: ReadonlySet<string> = new Set([
  "torch",
  "torchvision",
  "numpy",
  "collections",
  "copyreg",
  "_codecs",
  "datetime",
  "decimal",
  "fractions",
  "uuid",
  "pathlib",
  "argparse",
  "enum",
  "functools",
  "operator",
  "re",
  "random",
  "typing",
  "types",
  "omegaconf",
  "pandas",
  "sklearn",
  "scipy",
  "joblib",
  "PIL",
  "fastcore",
]);

/**
 * Whether Python would run something by opening the file that no saved network needs: anything
 * of the system, and functions of modules that are not known. Classes of modules that are not
 * known are how networks are pickled, and their names begin with a capital.
 */
export function isDangerous({ module, name, path }: PickledGlobal): boolean {
  const [root] = module.split(".");
  if (DANGEROUS_MODULES.has(root) || DANGEROUS_NAMES.has(path)) return true;
  if (root === "builtins") return !HARMLESS_BUILTINS.has(name) && !/(Error|Exception)$/.test(name);
  if (HARMLESS_MODULES.has(root) || root === "__torch__") return false;
  const own = name.split(".").at(-1) ?? name;
  return !/^_*[A-Z]/.test(own);
}

/** "os.system", "os.system and 2 more functions"; null if the pickle calls nothing of the kind. */
export function dangerNames({ calls }: TorchPickle): string | null {
  const [first, ...others] = [...calls.values()].filter(isDangerous);
  if (first === undefined) return null;
  if (others.length === 0) return first.path;
  return `${first.path} and ${others.length} more function${others.length === 1 ? "" : "s"}`;
}

/** The remark for a file that has weights all the same. */
export function dangerRemark(pickle: TorchPickle): string[] {
  const names = dangerNames(pickle);
  if (names === null) return [];
  return [
    `The file asks to run ${names} when it is opened by Python; ConvAtlas ran nothing, but do not load it elsewhere.`,
  ];
}
