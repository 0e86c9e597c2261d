import type { PickledGlobal } from "../pickle/values.ts";
import { shownName } from "../shownName.ts";
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

/** Parts of harmless libraries that open files, start programs or build code. */
const DANGEROUS_PARTS: readonly string[] = [
  "torch.load",
  "torch.hub",
  "torch.package",
  "torch.serialization",
  "torch.jit.load",
  "torch.utils.cpp_extension",
  "torch.utils.collect_env",
  "torch.utils.model_zoo",
  "torch.distributed.rpc",
  "torch._dynamo",
  "torch._inductor",
  "numpy.load",
  "numpy.testing",
  "numpy.distutils",
  "numpy.f2py",
  "pandas.read_pickle",
  "pandas.eval",
  "joblib.load",
];

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
  // How bound methods and members of enumerations are pickled.
  "getattr",
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
  "re",
  "typing",
  "omegaconf",
  "pandas",
  "sklearn",
  "scipy",
  "joblib",
  "PIL",
  "fastcore",
]);

/** Functions that only make something; of some, what they make is dangerous if it is then called. */
const HARMLESS_NAMES: ReadonlySet<string> = new Set([
  "functools.partial",
  "operator.attrgetter",
  "operator.itemgetter",
  "operator.methodcaller",
  // The layouts of sparse tensors, which stand among functions that open files.
  "torch.serialization._get_layout",
]);

/**
 * Whether Python would run something by opening the file that no saved network needs: anything
 * of the system, and functions of modules that are not known. Classes of modules that are not
 * known are how networks are pickled, and their names begin with a capital.
 */
export function isDangerous({ module, name, path }: PickledGlobal): boolean {
  const [root] = module.split(".");
  const isPart = DANGEROUS_PARTS.some((part) => path === part || path.startsWith(`${part}.`));
  if (HARMLESS_NAMES.has(path)) return false;
  if (DANGEROUS_MODULES.has(root) || isPart) return true;
  if (root === "builtins") return !HARMLESS_BUILTINS.has(name) && !/(Error|Exception)$/.test(name);
  if (HARMLESS_MODULES.has(root) || root === "__torch__") return false;
  const own = name.split(".").at(-1) ?? name;
  return !/^_*[A-Z]/.test(own);
}

/** "os.system", "os.system and 2 more functions"; null if the pickle calls nothing of the kind. */
export function dangerNames({ calls, indirectCalls }: TorchPickle): string | null {
  const direct = [...calls.values()].filter(isDangerous).map(({ path }) => shownName(path));
  const indirect = [...indirectCalls].map((path) => `what ${shownName(path)} gives`);
  const [first, ...others] = [...direct, ...indirect];
  if (first === undefined) return null;
  if (others.length === 0) return first;
  return `${first} and ${others.length} more function${others.length === 1 ? "" : "s"}`;
}

/** The remark for a file that has weights all the same. */
export function dangerRemark(pickle: TorchPickle): string[] {
  const names = dangerNames(pickle);
  if (names === null) return [];
  return [
    `The file asks to run ${names} when it is opened by Python; ConvAtlas ran nothing, but do not load it elsewhere.`,
  ];
}
