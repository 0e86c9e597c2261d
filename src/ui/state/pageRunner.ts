import { openSession } from "../../worker/client.ts";
import { analyses } from "./analyses.ts";
import { keptCorrections } from "./keptCorrections.ts";
import { pageStore } from "./pageStore.ts";
import { createRunner } from "./runner.ts";

/** The page's one runner. */
export const pageRunner = createRunner({
  store: pageStore,
  analyses,
  openSession,
  kept: keptCorrections(typeof sessionStorage === "undefined" ? undefined : sessionStorage),
});
