import type { Reporter, TestCase } from "vitest/node";

/** Ends a run with one plain line that scripts can read: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  readonly #states = { passed: 0, failed: 0, skipped: 0, pending: 0 };

  onTestCaseResult(testCase: TestCase): void {
    this.#states[testCase.result().state]++;
  }

  onTestRunEnd(_modules: unknown, errors: readonly unknown[]): void {
    const { passed, failed, skipped } = this.#states;
    process.stdout.write(
      `${passed} passed, ${failed + errors.length} failed, ${skipped} skipped\n`,
    );
  }
}
