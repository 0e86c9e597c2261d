import { describe, expect, it } from "vitest";
import {
  dumpedTensor,
  optimizerState,
  pickledModule,
  quantizedLayer,
  script,
  stateDict,
} from "../../support/fixtures/pytorch.ts";
import {
  call,
  dictionary,
  double,
  instance,
  instanceWith,
  int,
  list,
  named,
  ordered,
  pickle,
  text,
  tuple,
} from "../../support/pickleWriter.ts";
import { layerNamed, layerNames, readTorch, readTorchFixture } from "../../support/torchReading.ts";
import {
  convolutionAttributes,
  countingValues,
  moduleOf,
  parameter,
  quantizedTensorOf,
  TorchWriter,
} from "../../support/torchWriter.ts";

describe("modules", () => {
  it("tell their strides, groups and operators", async () => {
    const network = await readTorchFixture("module.pt");
    expect(network.layers).toMatchObject([
      { name: "encoder.0", operator: "Conv2d", groups: 1, stride: [2, 2], inChannels: 2 },
      { name: "encoder.1", operator: "Conv2d", groups: 4, inChannels: 4, outChannels: 4 },
      { name: "up", operator: "ConvTranspose2d", inChannels: 4, outChannels: 3 },
    ]);
    expect(network.questions).toEqual([]);
  });

  it("are found by what they have, not by their class", async () => {
    const writer = new TorchWriter();
    const convolution = moduleOf("my_layers", "WeightStandardised", {
      parameters: { weight: parameter(writer.counting([4, 1, 3, 3])) },
      attributes: convolutionAttributes(false, 4, [1, 1], [2, 2]),
    });
    const network = await readTorch(
      writer.zip(moduleOf("my_nets", "Net", { modules: { first: convolution } })),
    );
    expect(network.layers).toMatchObject([{ name: "first", groups: 4, dilation: [2, 2] }]);
  });

  it("are named without DataParallel around them", async () => {
    const writer = new TorchWriter();
    const inner = pickledModule(writer);
    const network = await readTorch(
      writer.zip(moduleOf("torch.nn.parallel", "DataParallel", { modules: { module: inner } })),
    );
    expect(layerNames(network)).toEqual(["encoder.0", "encoder.1", "up"]);
  });

  it("are found in checkpoints, with the class's source beside it as once saved", async () => {
    const writer = new TorchWriter();
    const id = tuple(text("module"), named("nets", "Net"), text("nets.py"), text("class Net: ..."));
    const state = dictionary({
      _parameters: ordered({ weight: writer.counting([4, 2, 3, 3]) }),
      _buffers: ordered({}),
      _modules: ordered({}),
    });
    // The class is what the persistent id stands for.
    const module = new Uint8Array([...id, 0x51, 0x29, 0x81, ...state, 0x62]);
    const content = dictionary({ epoch: int(3), model: module, ema: Uint8Array.of(0x4e) });
    expect((await readTorch(writer.stream(content))).layers).toHaveLength(1);
  });

  it("of TorchScript tell the operator by their class", async () => {
    const network = await readTorchFixture("script.pt");
    expect(network.layers).toMatchObject([
      { name: "down", operator: "Conv2d", inChannels: 2, outChannels: 4 },
      { name: "up", operator: "ConvTranspose2d", inChannels: 4, outChannels: 3 },
    ]);
  });

  it("of frozen TorchScript are read from the constants of the program", async () => {
    const writer = new TorchWriter();
    const constants = tuple(writer.counting([4, 2, 3, 3]), writer.counting([4]));
    const kernels = new Uint8Array(new Float32Array(countingValues([4, 2, 3, 3])).buffer);
    const bias = new Uint8Array(new Float32Array(countingValues([4])).buffer);
    const frozen = new TorchWriter().zip(instance("__torch__.nets", "Net", {}), {
      others: { "constants.pkl": pickle(constants), "constants/0": kernels, "constants/1": bias },
    });
    expect([...(await readTorch(frozen)).layers[0].kernels]).toEqual(countingValues([4, 2, 3, 3]));
  });

  it("of quantized TorchScript are read from their packed parameters", async () => {
    const writer = new TorchWriter();
    const shape = [2, 1, 3, 3];
    const storage = writer.storage(countingValues(shape), "QInt8Storage");
    const quantizer = tuple(named("torch", "per_tensor_affine"), double(0.5), int(1));
    const weight = quantizedTensorOf(storage, { shape }, quantizer);
    const settings = writer.tensor([2], [2, 1], "LongStorage");
    const state = tuple(text("2"), list(settings, weight), list(writer.counting([2])));
    const packed = instanceWith(
      "__torch__.torch.classes.quantized",
      "Conv2dPackedParamsBase",
      state,
    );
    const module = "__torch__.torch.ao.nn.quantized.modules.conv";
    const convolution = instance(module, "ConvTranspose2d", { _packed_params: packed });
    const network = await readTorch(
      writer.zip(instance("__torch__.nets", "Net", { down: convolution })),
    );
    expect(network.layers).toMatchObject([{ name: "down", operator: "ConvTranspose2d" }]);
    expect([...network.layers[0].kernels].toSorted((one, other) => one - other)).toEqual(
      countingValues(shape).map((stored) => (stored - 1) * 0.5),
    );
  });

  const quantizedLayers = [
    { name: "down", operator: "Conv2d", inChannels: 4, outChannels: 4, groups: 2 },
    { name: "up", operator: "ConvTranspose2d", inChannels: 4, outChannels: 2, groups: 2 },
  ].map((layer) => ({ ...layer, stride: [2, 1], dilation: [1, 2] }));

  it("of quantized networks keep settings and weights in one tuple", async () => {
    const network = await readTorchFixture("quantized-module.pt");
    expect(network.layers).toMatchObject(quantizedLayers);
    expect([...network.layers[0].kernels]).toEqual(
      countingValues([4, 2, 3, 3], -9).map((stored) => (stored - 1) * 0.5),
    );
  });

  it("of quantized networks are the same in TorchScript", async () => {
    const writer = new TorchWriter();
    const module = "__torch__.torch.ao.nn.quantized.modules.conv.___torch_mangle_7";
    const layers = {
      down: quantizedLayer(writer, module),
      up: quantizedLayer(writer, module, true),
    };
    const network = await readTorch(writer.zip(instance("__torch__.nets", "Net", layers)));
    expect(network.layers).toMatchObject(quantizedLayers);
  });

  it("optimized for mobile devices are read from the constants of the program", async () => {
    const { layers } = await readTorchFixture("mobile.ptl");
    expect(layers).toMatchObject([
      { name: "0", operator: "Conv2d", inChannels: 2, stride: [2, 1], dilation: [1, 2], groups: 1 },
      { name: "1", operator: "Conv2d", inChannels: 4, outChannels: 4 },
      { name: "2", operator: "ConvTranspose2d", inChannels: 4, outChannels: 4, groups: 2 },
    ]);
    expect(layers[2].stride).toEqual([2, 2]);
    expect([...layers[0].kernels]).toEqual(countingValues([4, 2, 3, 3]));
  });

  it("of TorchScript are the same whether traced into a checkpoint or not", async () => {
    const writer = new TorchWriter();
    expect(layerNames(await readTorch(writer.zip(script(writer))))).toEqual(["down", "up"]);
  });
});

describe("checkpoints", () => {
  it.each([
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "network",
    "params",
    "generator",
    "weights",
    "whatever",
  ])("has its weights under %s, and no optimizer's moments", async (key) => {
    const writer = new TorchWriter();
    const content = dictionary({
      epoch: int(1),
      [key]: stateDict(writer),
      optimizer: optimizerState(writer),
      // Under a name that says nothing it is known by its entries.
      helper: optimizerState(writer),
      best_loss: writer.tensor([], [0.5]),
      confusion: writer.counting([4, 4]),
    });
    const network = await readTorch(writer.zip(content));
    expect(layerNames(network)).toEqual(["encoder", "depthwise", "up"]);
    expect(network.parameters).toBe(72 + 4 + 36 + 48 + 3);
    expect(network.warnings).toEqual([]);
  });

  it("tells the version of Lightning", async () => {
    const writer = new TorchWriter();
    const content = dictionary({
      "pytorch-lightning_version": text("2.1.0"),
      state_dict: stateDict(writer, "model."),
    });
    const network = await readTorch(writer.zip(content));
    expect(network.producer).toBe("PyTorch (zip, file format 3), PyTorch Lightning 2.1.0");
    expect(layerNames(network)).toEqual(["encoder", "depthwise", "up"]);
  });

  it("is looked through several levels deep, with common prefixes taken off", async () => {
    const writer = new TorchWriter();
    const content = dictionary({
      trainer: dictionary({ state: dictionary({ model: stateDict(writer, "module._orig_mod.") }) }),
    });
    expect(layerNames(await readTorch(writer.zip(content)))).toEqual([
      "encoder",
      "depthwise",
      "up",
    ]);
  });

  it("keeps a prefix that not all names share", async () => {
    const writer = new TorchWriter();
    const content = ordered({
      "model.a.weight": writer.counting([4, 2, 3, 3]),
      "b.weight": writer.counting([4, 4, 3, 3]),
    });
    expect(layerNames(await readTorch(writer.zip(content)))).toEqual(["model.a", "b"]);
  });

  it("of a network saved twice gives the trained one and says so", async () => {
    const writer = new TorchWriter();
    const content = dictionary({
      ema: stateDict(writer, "module.", 100),
      model: stateDict(writer, "", 1),
    });
    const network = await readTorch(writer.zip(content));
    expect([...layerNamed(network, "encoder").kernels]).toEqual(countingValues([4, 2, 3, 3], 1));
    expect(network.warnings).toEqual([
      "The file holds this network more than once; “model” was read, and not “ema”.",
    ]);
  });

  it("of a network with a bare list of its weights gives the one with names", async () => {
    const writer = new TorchWriter();
    const shapes = [1, 2, 3, 4].map((inputs) => [inputs + 1, inputs, 3, 3]);
    const tensors = () => shapes.map((shape) => writer.counting(shape));
    const named = Object.fromEntries(tensors().map((one, at) => [`conv${at}.weight`, one]));
    const content = dictionary({ fp32: list(...tensors()), net: ordered(named) });
    const network = await readTorch(writer.zip(content));
    expect(layerNames(network)).toEqual(["conv0", "conv1", "conv2", "conv3"]);
    expect(network.warnings).toEqual([
      "The file holds this network more than once; “net” was read, and not “fp32”.",
    ]);
  });

  it("of several networks gives all, each with its name in front", async () => {
    const writer = new TorchWriter();
    const content = dictionary({
      nets: dictionary({
        generator: stateDict(writer),
        discriminator: ordered({
          "a.weight": writer.counting([8, 1, 3, 3]),
          "b.weight": writer.counting([8, 8, 3, 3]),
        }),
      }),
    });
    expect(layerNames(await readTorch(writer.zip(content)))).toEqual([
      "generator.encoder",
      "generator.depthwise",
      "generator.up",
      "discriminator.a",
      "discriminator.b",
    ]);
  });

  it("of dictionaries within dictionaries joins the names", async () => {
    const writer = new TorchWriter();
    const layer = () => ({ weight: writer.counting([4, 4, 3, 3]), bias: writer.counting([4]) });
    const content = dictionary({ conv1: dictionary(layer()), conv2: dictionary(layer()) });
    const network = await readTorch(writer.zip(content));
    expect(layerNames(network)).toEqual(["conv1", "conv2"]);
    expect(network.parameters).toBe(2 * 148);
  });

  it("finds weights in objects of classes that it does not know", async () => {
    const writer = new TorchWriter();
    const learner = instance("fastai.learner", "Learner", {
      model: pickledModule(writer),
      opt: instance("torch.optim.adam", "Adam", {
        state: dictionary({}),
        param_groups: list(writer.counting([4, 2, 3, 3])),
      }),
    });
    expect(layerNames(await readTorch(writer.zip(learner)))).toEqual([
      "encoder.0",
      "encoder.1",
      "up",
    ]);
  });
});

describe("what a file would run", () => {
  it("is said, and not run, where the file has weights", async () => {
    const writer = new TorchWriter();
    const content = dictionary({
      state_dict: stateDict(writer),
      trap: call(named("os", "system"), text("touch /tmp/hacked")),
    });
    const network = await readTorch(writer.zip(content));
    expect(layerNames(network)).toEqual(["encoder", "depthwise", "up"]);
    expect(network.warnings).toEqual([
      "The file asks to run os.system when it is opened by Python; ConvAtlas ran nothing, but do not load it elsewhere.",
    ]);
  });

  it("may be had by a detour", async () => {
    const writer = new TorchWriter();
    const getter = call(named("builtins", "getattr"), named("os", "path"), text("system"));
    const content = dictionary({ state_dict: stateDict(writer), trap: call(getter, text("ls")) });
    const { warnings } = await readTorch(writer.zip(content));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("asks to run what builtins.getattr gives when");
  });

  it("does not include what networks are pickled with", async () => {
    const writer = new TorchWriter();
    const content = dictionary({
      args: instance("argparse", "Namespace", { lr: int(1) }),
      when: call(named("datetime", "datetime"), text("now")),
      device: call(named("torch", "device"), text("cuda")),
      phase: call(named("builtins", "getattr"), named("stages", "Phase"), text("TRAIN")),
      backend: call(named("torch.nn.backends.thnn", "_get_thnn_function_backend")),
      dumped: dumpedTensor([4, 2, 3, 3]),
      layout: call(named("torch.serialization", "_get_layout"), text("torch.sparse_coo")),
      state_dict: stateDict(writer),
    });
    expect((await readTorch(writer.zip(content))).warnings).toEqual([]);
  });
});
