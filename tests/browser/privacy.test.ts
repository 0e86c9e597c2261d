import { describe, expect, inject, it } from "vitest";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";

const open = browserForTests();

describe("privacy", () => {
  it("is stated by a strict policy, in the headers and in the page", async () => {
    const response = await fetch(inject("pageAddress"));
    const policy = response.headers.get("content-security-policy") ?? "";
    const html = (await response.text()).replaceAll("&#39;", "'");
    for (const directive of [
      "default-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "connect-src 'self'",
    ]) {
      expect(policy.split("; ")).toContain(directive);
      expect(html).toContain(directive);
    }
    expect(policy).not.toMatch(/'unsafe-eval'/);
    expect(policy).not.toMatch(/https?:/);
  });

  it("is enforced: the browser refuses a request to elsewhere, and eval", async () => {
    const opened = await open();
    const outcome = await opened.page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => {
        violations.push(event.effectiveDirective);
      });
      const refused = await fetch("https://example.com/").then(
        () => false,
        () => true,
      );
      const evalRefused = await new Promise((resolve) => {
        const script = document.createElement("script");
        script.textContent = "globalThis.inlineScriptRan = true";
        document.head.append(script);
        setTimeout(() => resolve(!("inlineScriptRan" in globalThis)), 0);
      });
      return { refused, evalRefused, violations };
    });
    expect(outcome.refused).toBe(true);
    expect(outcome.evalRefused).toBe(true);
    expect(outcome.violations).toContain("connect-src");
    expect(opened.foreignRequests).toEqual([]);
    await opened.close();
  });

  it("holds through a whole visit: no request leaves the site, and no button of Plotly's would", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.getByTestId("layer-card").nth(3).click();
    await page.locator(".js-plotly-plot .modebar").first().waitFor({ state: "attached" });
    const modebar = await page.locator(".js-plotly-plot .modebar").first().innerHTML();
    expect(modebar).not.toMatch(/cloud|share|plotly\.com|chart-studio/i);
    const links = await page
      .locator("a[href]")
      .evaluateAll((anchors) => anchors.map((anchor) => (anchor as HTMLAnchorElement).href));
    expect(links.filter((href) => /plot(ly|\.ly)/.test(href))).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });
});
