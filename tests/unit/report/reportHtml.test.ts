import { beforeAll, describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Findings } from "../../../src/core/findings/findings.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { conclusionOf, QUESTION_IDS, QUESTIONS } from "../../../src/ui/report/findingWords.ts";
import { escapedText, html } from "../../../src/ui/report/html.ts";
import { reportHtml } from "../../../src/ui/report/reportHtml.ts";
import { classifierAnalysis, sketchedAnalysis, unetAnalysis } from "../figures/analysisFixture.ts";

/** Everything that a name may try: to close tags and attributes, to run, to load, to turn text around. */
const HOSTILE = [
  `</title></style><script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)' style='background:url(https://example.org/x)`,
  `<svg/onload=alert(1)>&lt;script&gt;`,
  `]]>--><!--\u0000\u202Egnp.exe\ud800{{x}}\${y}`,
] as const;

const TAGS = new Set(
  "!doctype html head meta title style body main header h1 h2 h3 p dl dt dd nav ol ul li a bdi section div figure figcaption table caption thead tbody tr th td span svg g path rect circle text".split(
    " ",
  ),
);

function reportOf(analysis: Analysis): string {
  const options = {
    version: "1.2.3",
    date: "1 May 2026",
  };
  return [...reportHtml(analysis, options)].join("");
}

async function withFindings(analysis: Analysis): Promise<Analysis> {
  const kernels = analysis.layers.map((layer) => layer.kernels);
  const signal = new AbortController().signal;
  const findings = await findingsInTurns(findingsRequest(analysis), kernels, signal);
  return { ...analysis, findings };
}

function findingsOf({ findings }: Analysis): Findings {
  if (findings === null) throw new Error("There are no findings.");
  return findings;
}

/** Only the tags and attributes that the report is made of, and nothing to load or run. */
function expectHarmless(text: string): void {
  const rest = text.replace(/<style>[^<]*<\/style>/, "");
  const tags = rest.match(/<[^>]*>/g) ?? [];
  expect(tags.length).toBeGreaterThan(100);
  for (const tag of tags) {
    const name = /^<\/?([a-z0-9!]+)/i.exec(tag)?.[1] ?? tag;
    expect(TAGS.has(name), tag).toBe(true);
    const attributes = tag.replace(/"[^"]*"/g, '""');
    expect(attributes, tag).not.toMatch(/\son|src=|<.*</i);
    expect(attributes, tag).not.toContain("'");
    for (const [, target] of tag.matchAll(/\shref="([^"]*)"/g)) expect(target).toMatch(/^#/);
  }
  expect(rest).not.toMatch(/[^\n\t\P{Cc}]/u);
  expect(text).toContain(
    `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`,
  );
}

describe("the report", () => {
  let unet: Analysis;
  let text: string;
  beforeAll(async () => {
    unet = await withFindings(unetAnalysis());
    text = reportOf(unet);
  });

  test("says which model, which settings, and for whom not", () => {
    expectHarmless(text);
    expect(text).toContain("<bdi>brain-unet.onnx</bdi>");
    expect(text).toContain(unet.model.sha256);
    expect(text).toContain("circular boundary");
    expect(text).toContain("Research tool, not for clinical use.");
    expect(text).toContain("1 May 2026");
  });

  test("answers the three questions in words, with figures and methods", () => {
    const answers = [...text.matchAll(/<span class="answer">([^<]*)<\/span>/g)];
    const words = answers.map(([, answer]) => answer);
    expect(words).toEqual(
      QUESTION_IDS.map((id) => `${conclusionOf(id, findingsOf(unet), unet).short}.`),
    );
    for (const id of QUESTION_IDS) expect(text).toContain(QUESTIONS[id]);
  });

  test("every layer has its page: picture, labels beside chance, clusters", () => {
    const sections = text.split('<section class="page layer"').slice(1);
    expect(sections).toHaveLength(unet.layers.length);
    for (const [at, section] of sections.entries()) {
      expect(section).toContain(unet.layers[at].description.name);
      expect(section).toContain("<svg");
      expect(section).toContain("Shuffled");
      expect(section).toContain("Lift over noise");
      expect(section.match(/Cluster \d<\/th>/g)).toHaveLength(3);
      expect(section).toMatch(/Henze-Zirkler|Structure not measured/);
      expect(text).toContain(`href="#layer-${at}"`);
    }
    expect(text.match(/<svg[^>]*role="img"/g)?.length).toBeGreaterThan(sections.length + 4);
    expect(text).not.toContain('role="button"');
    expect(text).not.toContain("tabindex");
  });

  test("says so where conclusions or labels were not computed", () => {
    const settled = {
      name: "conv",
      role: "encoder",
      side: 64,
      kernels: 9,
      settled: false,
    } as const;
    const sketch = reportOf(sketchedAnalysis([settled]));
    expect(sketch).toContain("Not computed when this report was made.");
    expect(sketch).toContain("Labels were not computed.");
    expectHarmless(sketch);
  });

  test("nothing that stands in a file can leave its place", async () => {
    const [first, second, third, fourth, fifth] = HOSTILE;
    const plain = await withFindings(unetAnalysis());
    const hostile: Analysis = {
      ...plain,
      model: { ...plain.model, name: first, producer: second, sha256: third },
      features: POSTER_FEATURES.map((feature, at) => ({ ...feature, label: HOSTILE[at % 5] })),
      layers: plain.layers.map((layer, at) => ({
        ...layer,
        description: {
          ...layer.description,
          name: `${HOSTILE[at % 5]}${at}`,
          operator: fourth as typeof layer.description.operator,
        },
      })),
      skipped: [{ name: fifth, reason: "1x1 kernel" }],
      warnings: [...HOSTILE],
    };
    const report = reportOf(hostile);
    expectHarmless(report);
    expect(report).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(report).not.toContain("\u0000");
  });

  test("comes in pieces of a few milliseconds, for deep networks too", () => {
    const deep = classifierAnalysis();
    const options = { version: "1", date: "today" };
    for (const _ of reportHtml(deep, options)); // Compiled by now.
    const times: number[] = [];
    let before = performance.now();
    for (const piece of reportHtml(deep, options)) {
      times.push(performance.now() - before);
      expect(piece.length).toBeLessThan(400_000);
      before = performance.now();
    }
    times.sort((a, b) => b - a);
    // One slow piece may be the machine's.
    expect(times[1]).toBeLessThan(50);
  });
});

describe("html", () => {
  test("escapes everything that is not HTML already", () => {
    const inner = html`<b>${"<i>"}</b>`;
    expect(html`<p title="${'"x"'}">${inner}${3}${null}${[inner, inner]}</p>`.text).toBe(
      `<p title="&quot;x&quot;"><b>&lt;i&gt;</b>3<b>&lt;i&gt;</b><b>&lt;i&gt;</b></p>`,
    );
    expect(escapedText("a\u0000b\u0085\ud800\u{1F9E0}'")).toBe(
      "a\uFFFDb\uFFFD\uFFFD\u{1F9E0}&#39;",
    );
  });
});
