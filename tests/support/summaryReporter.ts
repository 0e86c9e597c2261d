import type { Reporter, TestCase } from "vitest/node";

/**
 * Ends a run with one plain line that scripts can read: `N passed, N failed, N skipped`. Before it
 * come the names of tests that passed only when they were repeated.
 */
export default class SummaryReporter implements Reporter {
  readonly #states = { passed: 0, failed: 0, skipped: 0, pending: 0 };

  readonly #repeated: string[] = [];

  onTestCaseResult(testCase: TestCase): void {
    this.#states[testCase.result().state]++;
    if (testCase.diagnostic()?.flaky) this.#repeated.push(testCase.fullName);
  }

  onTestRunEnd(_modules: unknown, errors: readonly unknown[]): void {
    const { passed, failed, skipped } = this.#states;
    for (const name of this.#repeated) process.stdout.write(`passed when repeated: ${name}\n`);
    process.stdout.write(
      `${passed} passed, ${failed + errors.length} failed, ${skipped} skipped\n`,
    );
  }
}
