import { openSession } from "../../worker/client.ts";
import { analyses } from "./analyses.ts";
import { pageStore } from "./pageStore.ts";
import { createRunner } from "./runner.ts";

/** The page's one runner. */
export const pageRunner = createRunner({ store: pageStore, analyses, openSession });
