import { openSession } from "../../worker/client.ts";
import { analyses } from "./analyses.ts";
import { keptCorrections } from "./keptCorrections.ts";
import { keptModels } from "./keptModels.ts";
import { keptSpeeds } from "./keptSpeeds.ts";
import { pageStore } from "./pageStore.ts";
import { createRunner } from "./runner.ts";

const speeds = keptSpeeds(typeof localStorage === "undefined" ? undefined : localStorage);

/** The page's one runner. */
export const pageRunner = createRunner({
  store: pageStore,
  analyses,
  openSession: (input) => openSession(input, speeds),
  kept: keptCorrections(typeof sessionStorage === "undefined" ? undefined : sessionStorage),
  onOpened(input, { model: { name, sha256, bytes } }) {
    if (input.kind === "files") void keptModels.keep({ name, sha256, bytes }, input.files);
  },
});
