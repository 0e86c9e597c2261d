/**
 * The distributions behind the p-values and intervals: gamma function, normal, chi-square, binomial. Each is
 * computed without subtracting large numbers, so that small tails keep their digits; the tests compare with
 * mpmath at 30 digits. Relative errors are below 1e-12 in the ranges the tests state.
 */

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** From here on Stirling's series, cut after 1/x^13, is exact to the last digit of a double. */
const STIRLING_FROM = 8;

/** Coefficients of 1/x, 1/x^3, ... in Stirling's series: B_2k / (2k (2k - 1)) (Abramowitz & Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;

/** 1 - Euler's constant: the slope of the log gamma function at 2. */
const SLOPE_AT_TWO = 0.4227843350984671;

/** (-1)^k (zeta(k) - 1) / k for k = 2, 3, ...: the log gamma function around 2 (Abramowitz & Stegun 6.1.33). */
const AROUND_TWO = [
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
  4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7,
  2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10,
] as const;

/** ln Gamma(2 + z) for |z| <= 1/2. */
function logGammaAroundTwo(z: number): number {
  let sum = 0;
  for (let k = AROUND_TWO.length - 1; k >= 0; k--) sum = AROUND_TWO[k] + sum * z;
  return z * (SLOPE_AT_TWO + z * sum);
}

/** What Stirling's formula leaves out: ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2), x > 0. */
function stirlingRemainder(x: number): number {
  if (x < STIRLING_FROM) return logGamma(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI);
  const inverse = 1 / x;
  const square = inverse * inverse;
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = STIRLING[k] + sum * square;
  return sum * inverse;
}

/** ln Gamma(x) for x > 0, accurate also around its zeros at 1 and 2; Infinity at 0, NaN below. */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x >= STIRLING_FROM) {
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingRemainder(x);
  }
  if (x < 0.5) return logGammaAroundTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaAroundTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let rest = x;
  while (rest > 2.5) {
    rest -= 1;
    product *= rest;
  }
  return logGammaAroundTwo(rest - 2) + Math.log(product);
}

/** u - ln(1 + u) for u = (x - mean) / mean: the exponent in which Poisson and gamma densities fall off. */
function deviance(x: number, mean: number): number {
  const u = (x - mean) / mean;
  // Around the mean log1p keeps the digits; far below it 1 + u has lost those of x.
  return Math.abs(u) < 0.5 ? u - Math.log1p(u) : u - Math.log(x / mean);
}

/** x^a e^-x / Gamma(a), without forming the huge factors (after Loader 2000, as R's dpois does). */
function gammaKernel(a: number, x: number): number {
  if (x === 0) return 0;
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-a * deviance(x, a) - stirlingRemainder(a));
}

/** Terms of the incomplete gamma function; about 8 sqrt(a) are needed, so this serves a up to 10^8. */
const MOST_GAMMA_TERMS = 100_000;

/** Regularised lower incomplete gamma function P(a, x) by its series (Abramowitz & Stegun 6.5.29), for x < a + 1. */
function lowerGammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_GAMMA_TERMS && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * gammaKernel(a, x);
}

/** Regularised upper incomplete gamma function Q(a, x) by its continued fraction (6.5.31, Lentz's method), x >= a + 1. */
function upperGammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_GAMMA_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction * gammaKernel(a, x);
}

function upperGamma(a: number, x: number): number {
  return x < a + 1 ? 1 - lowerGammaSeries(a, x) : upperGammaFraction(a, x);
}

/** P(X > x) of a chi-square variable with `degrees` > 0 degrees of freedom (need not be whole); 1 for x <= 0. */
export function chiSquareUpperTail(x: number, degrees: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return Math.min(1, Math.max(0, upperGamma(degrees / 2, x / 2)));
}

/** P(Z <= x) of the standard normal distribution; the upper tail is normalCdf(-x), with all its digits. */
export function normalCdf(x: number): number {
  const tail = chiSquareUpperTail(x * x, 1) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** The x with normalCdf(x) = p: -Infinity at 0, Infinity at 1, NaN outside of [0, 1]. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p > 0.5) return 0 - normalQuantile(1 - p);
  if (p === 0.5) return 0;
  // Abramowitz & Stegun 26.2.23 is right to 4.5e-4; three steps of Halley's method triple its digits each.
  const t = Math.sqrt(-2 * Math.log(p));
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
    t;
  for (let step = 0; step < 3; step++) {
    // (Phi(x) - p) / phi(x), the exponents added first: in the far tail each alone would overflow.
    const error =
      (normalCdf(x) / p - 1) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2 + Math.log(p));
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

/**
 * ln P(X = k) of a binomial variable, n trials with probability p, 0 < p < 1, as Loader (2000, "Fast and
 * accurate computation of binomial probabilities") has it: exact to the last digits also for millions of trials.
 */
export function logBinomialProbability(k: number, n: number, p: number): number {
  if (!(k >= 0 && k <= n)) return Number.NEGATIVE_INFINITY;
  if (n === 0) return 0;
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  const rest = n - k;
  return (
    stirlingRemainder(n) -
    stirlingRemainder(k) -
    stirlingRemainder(rest) -
    n * p * scaledDeviance(k, n * p) -
    n * (1 - p) * scaledDeviance(rest, n * (1 - p)) +
    0.5 * Math.log(n / (2 * Math.PI * k * rest))
  );
}

/** (x / mean) ln(x / mean) + 1 - x / mean. */
function scaledDeviance(x: number, mean: number): number {
  const u = (x - mean) / mean;
  return Math.abs(u) < 0.5 ? (1 + u) * Math.log1p(u) - u : (x / mean) * Math.log(x / mean) - u;
}
