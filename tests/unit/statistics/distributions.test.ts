import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chiSquareUpperTail,
  logBinomialProbability,
  logGamma,
  normalCdf,
  normalQuantile,
} from "../../../src/core/statistics/distributions.ts";

/** Right answers by mpmath with 40 digits; doubles hold 16. */
const TOLERANCE = 1e-13;

function relativeError(value: number, wanted: number): number {
  return Math.abs(value - wanted) / Math.abs(wanted);
}

describe("logGamma", () => {
  it.each([
    [1e-10, 23.025850929882736],
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [0.75, 0.20328095143129538],
    [1.0000001, -5.772155829918507e-8],
    [1.4616321449683622, -0.12148629053584961],
    [1.75, -0.08440112102048555],
    [1.9999999, -4.2278430309861296e-8],
    [2.25, 0.1248717148923966],
    [3.5, 1.2009736023470743],
    [7.9, 8.32426586800881],
    [8, 8.525161361065415],
    [12.5, 18.734347511936445],
    [82.5, 280.26940868320014],
    [1000.5, 5908.674175848678],
    [1e6, 12815504.569147613],
  ])("of %s", (x, wanted) => {
    expect(relativeError(logGamma(x), wanted)).toBeLessThan(TOLERANCE);
  });

  it("is 0 at its zeros, and has no value below 0", () => {
    expect([logGamma(1), logGamma(2)]).toEqual([0, 0]);
    expect([logGamma(0), logGamma(-0.5)]).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it("grows by ln x from x to x + 1", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e4, noNaN: true }), (x) => {
        const scale = Math.max(1, Math.abs(logGamma(x + 1)));
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) / scale).toBeLessThan(1e-14);
      }),
    );
  });
});

describe("normalCdf", () => {
  it.each([
    [-37, 5.725571222524577e-300],
    [-20, 2.7536241186062337e-89],
    [-8, 6.220960574271784e-16],
    [-5, 2.866515718791939e-7],
    [-3, 0.0013498980316300946],
    [-1.959963984540054, 0.025000000000000012],
    [-1, 0.15865525393145705],
    [-0.5, 0.3085375387259869],
    [-1e-3, 0.49960105778608893],
    [-1e-8, 0.4999999960105772],
    [0.25, 0.5987063256829237],
    [1, 0.8413447460685429],
    [2.5, 0.9937903346742238],
    [6, 0.9999999990134123],
  ])("at %s", (x, wanted) => {
    expect(relativeError(normalCdf(x), wanted)).toBeLessThan(TOLERANCE);
  });

  it("at 0 and at the ends", () => {
    const infinity = Number.POSITIVE_INFINITY;
    expect([normalCdf(0), normalCdf(-infinity), normalCdf(infinity)]).toEqual([0.5, 0, 1]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe("normalQuantile", () => {
  it.each([
    [1e-310, -37.663060331949524],
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-20, -9.262340089798407],
    [1e-6, -4.753424308822899],
    [0.001, -3.0902323061678136],
    [0.005, -2.575829303548901],
    [0.025, -1.9599639845400543],
    [0.1, -1.2815515655446004],
    [0.4, -0.2533471031357997],
    [0.7, 0.5244005127080407],
    [0.95, 1.6448536269514722],
    [0.975, 1.9599639845400538],
    [0.999, 3.090232306167813],
  ])("of %s", (p, wanted) => {
    expect(relativeError(normalQuantile(p), wanted)).toBeLessThan(TOLERANCE);
  });

  it("of 0.499999, where the result itself is small", () => {
    expect(Math.abs(normalQuantile(0.499999) + 2.5066282745665593e-6)).toBeLessThan(1e-15);
  });

  it("at the middle, the ends and outside", () => {
    expect([0.5, 0, 1].map(normalQuantile)).toEqual([
      0,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN]);
  });

  it("is the inverse of normalCdf", () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (x) => {
        // Above 0 the digits of 1 - p limit the inverse: error of p over the density.
        const limit = x <= 0 ? 1e-12 : 1e-15 * Math.exp((x * x) / 2) + 1e-12;
        expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(limit);
      }),
    );
  });
});

describe("chiSquareUpperTail", () => {
  it.each([
    [1e-6, 1, 0.9992021155721779],
    [0.5, 1, 0.4795001221869535],
    [3.841458820694124, 1, 0.05000000000000006],
    [100, 1, 1.523970604832105e-23],
    [1400, 1, 2.1010145162642176e-306],
    [2, 2, 0.36787944117144233],
    [25.66434451962977, 20, 0.1771858844676521],
    [100, 20, 1.2596084591660908e-12],
    [120, 165, 0.9966273993033756],
    [165, 165, 0.4853583409825748],
    [194.2, 165, 0.059674855096413085],
    [400, 165, 1.515153889259364e-21],
    [1000, 165, 1.501171819288787e-119],
    [9.5, 3.5, 0.03486582543929228],
  ])("of %s with %s degrees of freedom", (x, degrees, wanted) => {
    expect(relativeError(chiSquareUpperTail(x, degrees), wanted)).toBeLessThan(TOLERANCE);
  });

  it.each([
    [1e6, 0.4998119368033945],
    [1005000, 0.00020767800946703004],
  ])("of %s with a million degrees of freedom", (x, wanted) => {
    expect(relativeError(chiSquareUpperTail(x, 1e6), wanted)).toBeLessThan(1e-11);
  });

  it("is exp(-x / 2) for two degrees of freedom", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1400, noNaN: true }), (x) => {
        expect(relativeError(chiSquareUpperTail(x, 2), Math.exp(-x / 2))).toBeLessThan(TOLERANCE);
      }),
    );
  });

  it("at the ends", () => {
    expect(chiSquareUpperTail(0, 9)).toBe(1);
    expect(chiSquareUpperTail(-1, 9)).toBe(1);
    expect(chiSquareUpperTail(Number.POSITIVE_INFINITY, 9)).toBe(0);
    expect(chiSquareUpperTail(Number.NaN, 9)).toBeNaN();
  });
});

describe("logBinomialProbability", () => {
  it.each([
    [0, 10, 0.3, -3.5667494393873236],
    [10, 10, 0.3, -12.03972804325936],
    [3, 10, 0.3, -1.3211512777668886],
    [1, 1e6, 1e-6, -0.9999994999998333],
    [400000, 1e6, 0.4, -7.113135898255626],
    [390000, 1e6, 0.4, -216.0378180136976],
    [999999, 1e6, 0.5, -693133.3650493873],
    [5, 7, 1e-5, -54.520124887227716],
  ])("of %s in %s with chance %s", (k, n, p, wanted) => {
    expect(relativeError(logBinomialProbability(k, n, p), wanted)).toBeLessThan(1e-10);
  });

  it("sums to one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 1e-3, max: 1 - 1e-3, noNaN: true }),
        (n, p) => {
          let sum = 0;
          for (let k = 0; k <= n; k++) sum += Math.exp(logBinomialProbability(k, n, p));
          expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });
});
