import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSameGroup, type KernelGroup } from "../../../src/core/selection/kernelGroup.ts";
import { groupMembers, groupSize, memberCount } from "../../../src/core/selection/membership.ts";
import { OutlineRows } from "../../../src/core/selection/outlineRows.ts";
import { sampleAnalysis } from "../ui/sampleAnalysis.ts";

// Kernels of each sample layer: edge at (1, 0), identity at (0, 1), dead at (-1, -1), not finite.
const analysis = sampleAnalysis();

function members(group: KernelGroup, layer = 0): readonly number[] {
  return [...groupMembers(analysis, layer, group)];
}

describe("kernels of a group", () => {
  it("are those of a cluster of one layer", () => {
    const group: KernelGroup = { kind: "cluster", layer: "down", cluster: 0 };
    expect(members(group)).toEqual([1, 1, 0, 0]);
    expect(members(group, 1)).toEqual([0, 0, 0, 0]);
    expect(groupSize(analysis, group)).toBe(2);
  });

  it("are those with a label, in one layer or in all", () => {
    expect(members({ kind: "label", layer: "down", label: "edge" })).toEqual([1, 0, 0, 0]);
    const indeterminate: KernelGroup = { kind: "label", layer: null, label: "indeterminate" };
    expect(members(indeterminate, 1)).toEqual([0, 1, 1, 1]);
    expect(groupSize(analysis, indeterminate)).toBe(3 * analysis.layers.length);
  });

  it("are none where a filter is not in the set", () => {
    expect(members({ kind: "label", layer: null, label: "edge-up" })).toEqual([0, 0, 0, 0]);
    expect(members({ kind: "nearest", layer: null, feature: "edge-up" })).toEqual([0, 0, 0, 0]);
  });

  it("are those whose numbers are nearest to a filter", () => {
    expect(members({ kind: "nearest", layer: null, feature: "identity" })).toEqual([0, 1, 0, 0]);
  });

  it("are those of a channel, counted over the whole layer", () => {
    expect(members({ kind: "channel", layer: "down", side: "out", channel: 1 })).toEqual([
      0, 0, 1, 1,
    ]);
    expect(members({ kind: "channel", layer: "down", side: "in", channel: 0 })).toEqual([
      1, 0, 1, 0,
    ]);
  });

  it("are those inside an outline in the chosen axes; never one without a place", () => {
    const polygon = [-2, -2, 2, -2, 2, 0.5, -2, 0.5];
    expect(members({ kind: "region", layer: "down", axes: [0, 1], polygon })).toEqual([1, 0, 1, 0]);
    expect(members({ kind: "region", layer: "down", axes: [1, 0], polygon })).toEqual([0, 1, 1, 0]);
  });

  it("are those picked one by one, as far as they exist", () => {
    const group: KernelGroup = { kind: "kernels", layer: "down", kernels: [3, 1, 99] };
    expect(members(group)).toEqual([0, 1, 0, 1]);
    expect(memberCount(analysis, 0, group)).toBe(2);
  });
});

describe("an outline", () => {
  it("holds the points of a disc exactly where they are nearer to its centre than its radius", () => {
    const corners = 720;
    const circle = Array.from({ length: 2 * corners }, (_, at) => {
      const angle = (2 * Math.PI * (at >> 1)) / corners;
      return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    const outline = new OutlineRows(circle);
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (x, y) => {
          const radius = Math.hypot(x, y);
          fc.pre(Math.abs(radius - 1) > 1e-4);
          expect(outline.contains(x, y)).toBe(radius < 1);
        },
      ),
    );
  });

  it("has a hole where it crosses itself", () => {
    const star = Array.from({ length: 10 }, (_, at) => {
      const angle = (4 * Math.PI * (at >> 1)) / 5;
      return at % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    const outline = new OutlineRows(star);
    expect(outline.contains(0, 0)).toBe(false);
    expect(outline.contains(0, 0.8)).toBe(true);
  });
});

describe("two groups", () => {
  it("are the same if they say the same", () => {
    const group: KernelGroup = { kind: "kernels", layer: "a", kernels: [1, 2] };
    expect(isSameGroup(group, { ...group, kernels: [1, 2] })).toBe(true);
    expect(isSameGroup(group, { ...group, kernels: [2, 1] })).toBe(false);
    expect(isSameGroup(null, group)).toBe(false);
    expect(isSameGroup(null, null)).toBe(true);
  });
});
