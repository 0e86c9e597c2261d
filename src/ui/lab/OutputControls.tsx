import type { JSX } from "react";
import type { LabOutput } from "../../worker/lab/protocol.ts";
import { FIRST_THRESHOLD, firstChoice } from "./labSelectors.ts";
import type { OutputChoice } from "./labState.ts";
import { labStore } from "./labStore.ts";
import { shareText, valueText } from "./labWords.ts";
import { logit, MOST_CLASSES, type OutputReading, sigmoid } from "./outputReading.ts";

interface Props {
  readonly outputs: readonly LabOutput[];
  readonly choice: OutputChoice;
  readonly reading: OutputReading;
}

function change(edit: Partial<OutputChoice>): void {
  labStore.setState(({ output }) => (output === null ? {} : { output: { ...output, ...edit } }));
}

/** Which output is looked at, and what makes a pixel belong to it. */
export function OutputControls({ outputs, choice, reading }: Props): JSX.Element {
  const output = outputs.find(({ name }) => name === choice.name);
  const channels = Math.min(output?.channels ?? 1, MOST_CLASSES);
  const isMap = output?.kind === "map";
  // A slice may show none of the classes that others do.
  const isNamed = reading.isClassNumbers || choice.marks === "named";
  return (
    <fieldset className="lab-fields" data-preview>
      <legend className="visually-hidden">Output of the network</legend>
      {outputs.length > 1 && (
        <label>
          <span className="muted">Output</span>
          <select
            value={choice.name}
            onChange={(event) => {
              const chosen = outputs.find(({ name }) => name === event.target.value);
              if (chosen === undefined) return;
              labStore.setState({ output: firstChoice(chosen), maskLabels: {} });
            }}
          >
            {outputs.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {isMap && channels > 1 && (
        <label>
          <span className="muted">{reading.shares.length > 0 ? "Class (from 0)" : "Channel"}</span>
          <select
            value={choice.channel}
            onChange={(event) => change({ channel: Number(event.target.value) })}
          >
            {Array.from({ length: channels }, (_, channel) => (
              // Channels have no other name than their number.
              // biome-ignore lint/suspicious/noArrayIndexKey: they stand in one order
              <option key={channel} value={channel}>
                {channelName(channel, reading, choice)}
              </option>
            ))}
          </select>
        </label>
      )}
      {isMap && (channels > 1 || isNamed) && <RuleField choice={choice} isNamed={isNamed} />}
      {isMap && choice.marks === "largest" && reading.isNearUnit && !reading.isSoftmax && (
        <OverlapNote />
      )}
      {isMap && choice.marks === "threshold" && (
        <ThresholdField choice={choice} reading={reading} />
      )}
      {isMap && reading.isClassNumbers && !choice.showsSigmoid && (
        <ClassNumbersNote marks={choice.marks} />
      )}
      {isMap && hasLogits(reading, choice) && <LogitsField choice={choice} reading={reading} />}
    </fieldset>
  );
}

/** "class 2: 1.4 % of the image", where the largest decides; else its number. */
function channelName(channel: number, { shares }: OutputReading, { marks }: OutputChoice): string {
  const share = shares[channel];
  if (share === undefined) return String(channel);
  const isExclusive = marks === "largest";
  return isExclusive ? `class ${channel}: ${shareText(share)} of the image` : `class ${channel}`;
}

/** Several sigmoids are no softmax: what each says stands for itself. */
function OverlapNote(): JSX.Element {
  return (
    <div className="lab-note small">
      <p>
        The values of a pixel do not add up to 1. If this network's classes may overlap, each has a
        threshold of its own; if it makes a picture, show that instead.
      </p>
      <div className="lab-actions">
        <button
          type="button"
          className="button button-small"
          onClick={() => change({ marks: "threshold", threshold: FIRST_THRESHOLD })}
        >
          Use a threshold
        </button>
      </div>
    </div>
  );
}

/** Networks that end in an argmax give no values to be cut, but names. */
function ClassNumbersNote({ marks }: Pick<OutputChoice, "marks">): JSX.Element {
  return (
    <p className="lab-note small">
      The output is a whole number per pixel: the number of its class.
      {marks === "threshold" &&
        " What is at or above the threshold is marked; at 0.5 that is all but class 0, by custom the background."}
    </p>
  );
}

/** Values that are neither probabilities nor numbers of classes, and cut at a threshold. */
function hasLogits(reading: OutputReading, choice: OutputChoice): boolean {
  if (choice.marks !== "threshold" || reading.isProbability) return false;
  return choice.showsSigmoid || !reading.isClassNumbers;
}

interface RuleProps {
  readonly choice: OutputChoice;
  /** True where one channel names classes by numbers. */
  readonly isNamed: boolean;
}

function RuleField({ choice, isNamed }: RuleProps): JSX.Element {
  const byClass = isNamed ? "named" : "largest";
  return (
    <label>
      <span className="muted">Marked where it is</span>
      <select
        value={choice.marks}
        onChange={({ target }) =>
          change({ marks: target.value === "threshold" ? "threshold" : byClass })
        }
      >
        <option value={byClass}>
          {isNamed ? `class ${choice.classNumber}` : "the largest of all classes"}
        </option>
        <option value="threshold">above a threshold</option>
      </select>
    </label>
  );
}

/** Steps of the slider over values that are no probabilities. */
const STEPS = 200;

/** A sigmoid is cut within these: beyond them every value would be cut at infinity. */
const SIGMOID_ENDS = { low: 0.01, high: 0.99 } as const;

interface FieldProps {
  readonly choice: OutputChoice;
  readonly reading: OutputReading;
}

function ThresholdField({ choice, reading }: FieldProps): JSX.Element {
  const { threshold, showsSigmoid } = choice;
  const ends = showsSigmoid
    ? SIGMOID_ENDS
    : reading.isProbability
      ? { low: 0, high: 1 }
      : { low: Math.min(reading.low, threshold), high: Math.max(reading.high, threshold) };
  const step = showsSigmoid || reading.isProbability ? 0.01 : (ends.high - ends.low) / STEPS;
  const shown = showsSigmoid ? sigmoid(threshold) : threshold;
  return (
    <label className="lab-slider">
      <span className="muted">Marked from (threshold)</span>
      <input
        type="range"
        data-testid="lab-threshold"
        min={ends.low}
        max={ends.high}
        step={step > 0 ? step : "any"}
        value={shown}
        onChange={(event) => {
          const value = Number(event.target.value);
          change({ threshold: showsSigmoid ? logit(value) : value });
        }}
      />
      <output>{valueText(shown)}</output>
    </label>
  );
}

/** Many networks end before the sigmoid that their training had: that is said, and mended on demand. */
function LogitsField({ choice, reading }: FieldProps): JSX.Element {
  return (
    <div className="lab-note small">
      <p>
        {choice.showsSigmoid
          ? "The output is shown after a sigmoid, as a probability; a threshold of 0.5 is a value of 0."
          : `The output has values from ${valueText(reading.low)} to ${valueText(reading.high)}, so they are no probabilities. If the network ends before its sigmoid (logits), the usual threshold is 0.`}
      </p>
      <div className="lab-actions">
        {choice.threshold !== 0 && (
          <button
            type="button"
            className="button button-small"
            onClick={() => change({ threshold: 0 })}
          >
            {choice.showsSigmoid ? "Threshold 0.5" : "Threshold 0"}
          </button>
        )}
        <button
          type="button"
          className="button button-small"
          onClick={() =>
            change(
              choice.showsSigmoid ? { showsSigmoid: false } : { showsSigmoid: true, threshold: 0 },
            )
          }
        >
          {choice.showsSigmoid ? "Show values as they are" : "Apply sigmoid"}
        </button>
      </div>
    </div>
  );
}
