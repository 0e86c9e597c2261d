import { describe, expect, it } from "vitest";
import { shardedFiles } from "../../support/fixtures/pytorch.ts";
import { type Files, readFiles } from "../../support/readModel.ts";
import { countingValues } from "../../support/torchWriter.ts";

const files = shardedFiles();
const [index, first, second] = Object.keys(files);

function without(path: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== path));
}

function indexed(weightMap: unknown): Files {
  const text = JSON.stringify({ weight_map: weightMap });
  return { ...files, [index]: new TextEncoder().encode(text) };
}

describe("a state dict in several files", () => {
  it("is read through its index, in the order of the files and not of the names", async () => {
    const network = await readFiles(files);
    expect(network.format).toBe("pytorch");
    expect(network.layers.map(({ name, inChannels }) => [name, inChannels])).toEqual([
      ["model.encoder", 2],
      ["model.decoder", 4],
    ]);
    expect([...network.layers[1].kernels]).toEqual(countingValues([2, 4, 3, 3], 100));
    expect(network.warnings).toEqual([
      "One tensor has a second name in the file (tied weights); it is counted once.",
    ]);
  });

  it("is read in whatever order and folder its files come", async () => {
    const shuffled = Object.fromEntries(
      Object.entries(files)
        .toReversed()
        .map(([path, bytes]) => [`unet/${path}`, bytes]),
    );
    expect((await readFiles(shuffled)).layers).toHaveLength(2);
  });

  it("asks for the files that are missing", async () => {
    await expect(readFiles({ [index]: files[index] })).rejects.toMatchObject({
      code: "missing-companion-file",
      missingFiles: [first, second],
    });
    await expect(readFiles(without(second))).rejects.toMatchObject({ missingFiles: [second] });
  });

  it("is refused where index and files do not belong together", async () => {
    const exchanged = { ...files, [first]: files[second], [second]: files[first] };
    await expect(readFiles(exchanged)).rejects.toMatchObject({ code: "malformed" });
    const text = { ...files, [second]: new TextEncoder().encode("no pickle") };
    await expect(readFiles(text)).rejects.toThrow(
      `${second}, which ${index} lists, is not a PyTorch file; download or copy it again.`,
    );
    await expect(readFiles(indexed({ "other.weight": first }))).rejects.toMatchObject({
      code: "malformed",
    });
  });

  it("is no index where the list is of something else", async () => {
    for (const map of [{}, [], 3, { weight: 3 }, { weight: "notes.txt" }]) {
      await expect(readFiles({ [index]: indexed(map)[index] })).rejects.toMatchObject({
        code: "unknown-format",
      });
    }
  });

  it("is not whole in one of its files, which is said", async () => {
    const { warnings } = await readFiles({ [first]: files[first] });
    expect(warnings).toEqual([
      `${first} is part 1 of 2 by its name; open all parts together with ${index} to see the whole network.`,
    ]);
  });
});
