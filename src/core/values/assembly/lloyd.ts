// Lloyd's iterations with Hamerly's bounds; what and why stands in core/values/lloyd.ts,
// which lays the points with `lay`, writes starting centres and calls `run`.

/** Lloyd's iterations per start; clusters of kernels settle within some 30. */
const MOST_ITERATIONS: i32 = 100;

/**
 * Deadlines are drawn in by this share of the distances they come from: more than rounding can
 * have done to distances and drifts, so that no point is looked at too late.
 */
const ROUNDING: f64 = 1e-13;

/** Points that will not come due for so many iterations are not asked until then. */
const ITERATIONS_AHEAD: i32 = 5;

/**
 * A point that leaves a sum with less than this share of itself has taken the digits of
 * the others along; the sums are then made anew.
 */
const CANCELLED: f64 = 1.0 / 65536.0;

const PAGE_BYTES: usize = 65536;

let pointCount: i32 = 0;
let entries: i32 = 0;
/** Centres in use. */
let count: i32 = 0;
let points: usize = 0;
let centres: usize = 0;
/** Centres in pairs, entry by entry, so that one instruction measures from two. */
let paired: usize = 0;
let sums: usize = 0;
let sizes: usize = 0;
let drifts: usize = 0;
/** What the drifts last grew by. */
let steps: usize = 0;
/** Up to these drifts only watched points can come due. */
let horizons: usize = 0;
/** The drift of its cluster at which a point is to be looked at again. */
let deadlines: usize = 0;
let assignment: usize = 0;
let watched: usize = 0;
let due: usize = 0;

let watchedCount: i32 = 0;
let iterationsAhead: i32 = 0;
let mustSumAnew: bool = false;

let end: usize = 0;

/** Makes room for points of `entryCount` numbers and `most` centres; returns where points go. */
export function lay(pointTotal: i32, entryCount: i32, most: i32): usize {
  pointCount = pointTotal;
  entries = entryCount;
  end = (__heap_base + 15) & ~15;
  points = take((pointCount * entries) << 3);
  centres = take((most * entries) << 3);
  paired = take(((most + 1) * entries) << 3);
  sums = take((most * entries) << 3);
  sizes = take(most << 3);
  drifts = take(most << 3);
  steps = take(most << 3);
  horizons = take(most << 3);
  deadlines = take(pointCount << 3);
  assignment = take(pointCount << 2);
  watched = take((pointCount + 1) << 2);
  due = take((pointCount + 1) << 2);
  const missing = <isize>end - <isize>(<usize>memory.size() * PAGE_BYTES);
  if (missing > 0) memory.grow(<i32>((<usize>missing + PAGE_BYTES - 1) / PAGE_BYTES));
  return points;
}

function take(bytes: i32): usize {
  const start = end;
  end = (start + bytes + 15) & ~15;
  return start;
}

export function centresAt(): usize {
  return centres;
}

/** Moves the first `centreCount` centres until no point changes its cluster; the inertia. */
export function run(centreCount: i32): f64 {
  count = centreCount;
  memory.fill(assignment, 0, pointCount << 2);
  // Below every drift: at first each point is looked at.
  for (let p = 0; p < pointCount; p++) store<f64>(deadlines + (p << 3), -1);
  memory.fill(drifts, 0, count << 3);
  memory.fill(steps, 0, count << 3);
  iterationsAhead = 0;
  mustSumAnew = true;
  pairCentres();
  let inertia: f64 = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    if (assign() === 0) {
      // Settled by sums that were carried along; the last word have sums made anew.
      moveCentres(true);
      if (assign() === 0) return inertiaNow();
    }
    if (iteration === MOST_ITERATIONS - 1) inertia = inertiaNow();
    moveCentres(mustSumAnew);
  }
  return inertia;
}

/** Looks at the points that are due. Returns how many changed their cluster. */
function assign(): i32 {
  const dueCount = findDue();
  let changes = 0;
  for (let q = 0; q < dueCount; q++) {
    const p = load<i32>(due + (q << 2));
    const own = load<i32>(assignment + (p << 2));
    const nearest = look(p);
    if (nearest === own) continue;
    if (!mustSumAnew) carryOver(p, own, nearest);
    store<i32>(assignment + (p << 2), nearest);
    changes++;
  }
  return changes;
}

/** Writes the indexes of the points that are due; returns how many. */
function findDue(): i32 {
  if (iterationsAhead === 0 || !isWithinHorizons()) watch();
  iterationsAhead--;
  let found = 0;
  for (let w = 0; w < watchedCount; w++) {
    const p = load<i32>(watched + (w << 2));
    store<i32>(due + (found << 2), p);
    found += <i32>isBefore(p, drifts);
  }
  return found;
}

/** Lists the points that come due if drifts go on growing as they last did. */
function watch(): void {
  for (let c = 0; c < count; c++) {
    const ahead = <f64>ITERATIONS_AHEAD * load<f64>(steps + (c << 3));
    store<f64>(horizons + (c << 3), load<f64>(drifts + (c << 3)) + ahead);
  }
  let found = 0;
  for (let p = 0; p < pointCount; p++) {
    store<i32>(watched + (found << 2), p);
    found += <i32>isBefore(p, horizons);
  }
  watchedCount = found;
  iterationsAhead = ITERATIONS_AHEAD;
}

/**
 * True if a point's deadline has come at these drifts. Its result is added, not branched on,
 * since no processor could foresee it. NaN, from distances beyond all numbers, counts as due.
 */
function isBefore(p: i32, at: usize): bool {
  const own = load<i32>(assignment + (p << 2));
  return !(load<f64>(deadlines + (p << 3)) > load<f64>(at + (own << 3)));
}

function isWithinHorizons(): bool {
  for (let c = 0; c < count; c++) {
    if (load<f64>(drifts + (c << 3)) > load<f64>(horizons + (c << 3))) return false;
  }
  return true;
}

/**
 * The nearest centre of a point (of equally near ones the first), and its new deadline. Even
 * centres are compared in one lane, odd ones in the other, and the two at the end.
 */
function look(p: i32): i32 {
  const start = points + ((p * entries) << 3);
  const pairs = (count + 1) >> 1;
  let at = paired;
  let least = f64x2.splat(Infinity);
  let second = f64x2.splat(Infinity);
  let found = f64x2.splat(0);
  let centre = f64x2(0, 1);
  for (let pair = 0; pair < pairs; pair++) {
    let squares = f64x2.splat(0);
    for (let i = 0; i < entries; i++) {
      const difference = f64x2.sub(v128.load64_splat(start + (i << 3)), v128.load(at));
      squares = f64x2.add(squares, f64x2.mul(difference, difference));
      at += 16;
    }
    const isLess = f64x2.lt(squares, least);
    second = v128.bitselect(least, f64x2.pmin(second, squares), isLess);
    least = f64x2.pmin(least, squares);
    found = v128.bitselect(centre, found, isLess);
    centre = f64x2.add(centre, f64x2.splat(2));
  }
  const otherLeast = v128.shuffle<f64>(least, least, 1, 0);
  const otherFound = v128.shuffle<f64>(found, found, 1, 0);
  const otherSecond = v128.shuffle<f64>(second, second, 1, 0);
  const isEarlier = v128.and(f64x2.eq(least, otherLeast), f64x2.lt(found, otherFound));
  const isNearest = v128.or(f64x2.lt(least, otherLeast), isEarlier);
  const nearest = <i32>f64x2.extract_lane(v128.bitselect(found, otherFound, isNearest), 0);
  const runnerUp = f64x2.pmin(f64x2.pmax(least, otherLeast), f64x2.pmin(second, otherSecond));
  const nearAndFar = f64x2.sqrt(v128.shuffle<f64>(f64x2.pmin(least, otherLeast), runnerUp, 0, 2));
  const near = f64x2.extract_lane(nearAndFar, 0);
  const far = f64x2.extract_lane(nearAndFar, 1);
  const drift = load<f64>(drifts + (nearest << 3));
  store<f64>(deadlines + (p << 3), drift + (far - near) - ROUNDING * (far + near + drift));
  return nearest;
}

function carryOver(p: i32, from: i32, to: i32): void {
  const start = points + ((p * entries) << 3);
  const left = sums + ((from * entries) << 3);
  const joined = sums + ((to * entries) << 3);
  store<f64>(sizes + (from << 3), load<f64>(sizes + (from << 3)) - 1);
  store<f64>(sizes + (to << 3), load<f64>(sizes + (to << 3)) + 1);
  for (let i = 0; i < entries; i++) {
    const entry = load<f64>(start + (i << 3));
    const rest = load<f64>(left + (i << 3)) - entry;
    if (Math.abs(rest) < CANCELLED * Math.abs(entry)) mustSumAnew = true;
    store<f64>(left + (i << 3), rest);
    store<f64>(joined + (i << 3), load<f64>(joined + (i << 3)) + entry);
  }
}

/** Each centre becomes its points' mean; one that lost all its points stays where it is. */
function moveCentres(sumsAnew: bool): void {
  if (sumsAnew) sumAnew();
  let furthest: f64 = 0;
  let secondFurthest: f64 = 0;
  let fastest = -1;
  for (let c = 0; c < count; c++) {
    const move = moveCentre(c);
    store<f64>(steps + (c << 3), move);
    if (move > furthest) {
      secondFurthest = furthest;
      furthest = move;
      fastest = c;
    } else if (move > secondFurthest) {
      secondFurthest = move;
    }
  }
  for (let c = 0; c < count; c++) {
    const step = load<f64>(steps + (c << 3)) + (c === fastest ? secondFurthest : furthest);
    store<f64>(steps + (c << 3), step);
    store<f64>(drifts + (c << 3), load<f64>(drifts + (c << 3)) + step);
  }
  pairCentres();
}

/** Returns how far. */
function moveCentre(c: i32): f64 {
  const size = load<f64>(sizes + (c << 3));
  if (size === 0) return 0;
  let square: f64 = 0;
  for (let i = c * entries; i < (c + 1) * entries; i++) {
    const mean = load<f64>(sums + (i << 3)) / size;
    const difference = mean - load<f64>(centres + (i << 3));
    square += difference * difference;
    store<f64>(centres + (i << 3), mean);
  }
  return Math.sqrt(square);
}

/** An odd one stands beside one that is infinitely far from all points. */
function pairCentres(): void {
  for (let c = 0; c < ((count + 1) & ~1); c++) {
    for (let i = 0; i < entries; i++) {
      const entry = c < count ? load<f64>(centres + ((c * entries + i) << 3)) : Infinity;
      store<f64>(paired + ((((c >> 1) * entries + i) * 2 + (c & 1)) << 3), entry);
    }
  }
}

function sumAnew(): void {
  mustSumAnew = false;
  memory.fill(sums, 0, (count * entries) << 3);
  memory.fill(sizes, 0, count << 3);
  let from = points;
  for (let p = 0; p < pointCount; p++) {
    const own = load<i32>(assignment + (p << 2));
    let to = sums + ((own * entries) << 3);
    store<f64>(sizes + (own << 3), load<f64>(sizes + (own << 3)) + 1);
    for (let i = 0; i < entries; i++) {
      store<f64>(to, load<f64>(to) + load<f64>(from));
      to += 8;
      from += 8;
    }
  }
}

function inertiaNow(): f64 {
  let inertia: f64 = 0;
  let from = points;
  for (let p = 0; p < pointCount; p++) {
    let at = centres + ((load<i32>(assignment + (p << 2)) * entries) << 3);
    let square: f64 = 0;
    for (let i = 0; i < entries; i++) {
      const difference = load<f64>(from) - load<f64>(at);
      square += difference * difference;
      at += 8;
      from += 8;
    }
    inertia += square;
  }
  return inertia;
}
