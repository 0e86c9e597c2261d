import type { JSX } from "react";
import "./settings.css";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { usePage } from "../hooks/usePage.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { NumberChip } from "./NumberChip.tsx";
import { CHOICE_SETTINGS, choicesWith } from "./settingsWords.ts";

/** Image sides beyond these are typing errors, not pictures. */
export const INPUT_SIDES = { lowest: 8, highest: 4096 } as const;

interface Props {
  readonly analysis: Analysis;
}

/** Every setting that changes a number, in sight and editable where the numbers are. */
export function SettingsChips({ analysis }: Props): JSX.Element {
  const settings = usePage((state) => state.settings);
  return (
    <fieldset className="chips">
      <legend className="visually-hidden">Settings of the analysis</legend>
      {CHOICE_SETTINGS.map((setting) => {
        const value = setting.value(settings);
        return (
          <label key={setting.name} className="chip" title={setting.meaning}>
            <span className="muted">{setting.name}</span>
            <select
              value={value}
              onChange={(event) =>
                void pageRunner.changeSettings(setting.change(event.target.value))
              }
            >
              {choicesWith(setting, value).map((choice) => (
                <option key={choice.value} value={choice.value}>
                  {choice.words}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      <NumberChip
        key={`threshold ${settings.threshold}`}
        name="Threshold"
        unit="%"
        meaning="Largest distance at which a kernel still gets the name of a filter; above it, it is indeterminate: like none of them"
        value={Number((settings.threshold * 100).toFixed(4))}
        lowest={0}
        highest={100}
        step={1}
        onCommit={(percent) => void pageRunner.changeSettings({ threshold: percent / 100 })}
      />
      {analysis.inputSizeIsOpen && (
        <NumberChip
          key={`input ${settings.inputSize}`}
          name="Input image"
          unit="pixels square"
          meaning="Side of the image that the network receives; the file leaves it open"
          value={settings.inputSize}
          lowest={INPUT_SIDES.lowest}
          highest={INPUT_SIDES.highest}
          step={1}
          onCommit={(inputSize) =>
            void pageRunner.changeSettings({ inputSize: Math.round(inputSize) })
          }
        />
      )}
    </fieldset>
  );
}
