import type { Page } from "playwright-core";

/**
 * What `pieceOfWork` takes in a new page on the slowest machine that the limits were tried on, two
 * shared cores with nothing else to do, ms.
 */
const USUAL_WORK_MS = 115;

/** The quickest of these counts: a hiccup must not pass for a slow machine. */
const PIECES = 2;

/**
 * How many times longer than usual a page takes here and now for a fixed piece of work, at least 1.
 * Machines that others share, or that have been busy for half an hour, can take twice as long; what
 * is too slow on a usual one is still too slow by this measure.
 */
export async function slowness(page: Page): Promise<number> {
  const pieces: number[] = [];
  while (pieces.length < PIECES) pieces.push(await page.evaluate(pieceOfWork));
  return Math.max(1, Math.min(...pieces) / USUAL_WORK_MS);
}

/** Makes marks, places them and has them laid out, as drawings of the page do. Returns ms. */
function pieceOfWork(): number {
  const start = performance.now();
  for (let drawing = 0; drawing < 3; drawing++) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    document.body.append(svg);
    for (let mark = 0; mark < 2000; mark++) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${mark},0h4v4h-4z`);
      path.setAttribute("transform", `translate(${mark % 40},${mark / 40})`);
      svg.append(path);
    }
    svg.getBBox();
    svg.remove();
  }
  return performance.now() - start;
}

const MOST_TRIES = 4;

/**
 * The shortest of some measurements, ms: again while none is below `limit`, for machines that did
 * something else meanwhile. What is slow is slow each time.
 */
export async function quickest(limit: number, measure: () => Promise<number>): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < MOST_TRIES && shortest >= limit; tries++) {
    shortest = Math.min(shortest, await measure());
  }
  return shortest;
}
