import { ConvAtlasError } from "../../src/core/errors.ts";
import { chooseModel } from "../../src/core/formats/recognise.ts";
import { SeededRandom } from "../../src/core/random/seededRandom.ts";
import { type Files, placed, readAs } from "../support/readModel.ts";
import { unsoundness } from "../support/soundNetwork.ts";
import { damage } from "./damage.ts";
import type { FromReader, FuzzCase, FuzzSubject, ToReader } from "./protocol.ts";

// The process in which damaged files are read; the test watches it from outside, since a
// reader that hangs could not be stopped from inside.

let subjects: readonly FuzzSubject[] = [];

/**
 * Damages the main file, or one of the others where there are some. Only the subject itself
 * and the seed decide how, so that a seed stays valid when fixtures are added.
 */
function damagedFiles({ subject, seed }: FuzzCase): Files {
  const { what, files, main } = subjects[subject];
  const random = new SeededRandom(seed ^ textHash(what));
  const paths = Object.keys(files);
  const path = random.index(3) > 0 ? main : paths[random.index(paths.length)];
  const other = files[paths[random.index(paths.length)]];
  return { ...files, [path]: damage(files[path], random, other) };
}

/** FNV-1a. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash;
}

async function outcomeOf(files: Files): Promise<Pick<FromReader, "outcome" | "details">> {
  try {
    const { source, companions, format } = await chooseModel(placed(files));
    const network = await readAs(format, source, companions);
    const fault = unsoundness(network);
    return fault === null
      ? { outcome: "network", details: network.warnings.join("\n") }
      : { outcome: "fault", details: fault };
  } catch (thrown) {
    if (thrown instanceof ConvAtlasError && thrown.code !== "internal") {
      const isPlain = /^[^\n]{10,600}[.”]$/.test(thrown.message);
      return isPlain
        ? { outcome: thrown.code, details: thrown.message }
        : { outcome: "fault", details: `not one plain sentence: ${thrown.message}` };
    }
    const details = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { outcome: "fault", details };
  }
}

process.on("message", (message: ToReader) => {
  if (message.kind === "subjects") {
    subjects = message.subjects;
    return;
  }
  const files = message.kind === "files" ? message.files : damagedFiles(message);
  void outcomeOf(files).then((outcome) => {
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    process.send?.({ ...outcome, peakBytes } satisfies FromReader);
  });
});
