import { Fragment, type JSX, useState } from "react";
import "./settings.css";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { useEscape } from "../hooks/useEscape.ts";
import { usePage } from "../hooks/usePage.ts";
import { changeSettings } from "../state/actions.ts";
import type { ViewName } from "../state/choices.ts";
import { ClusterPanel } from "./ClusterPanel.tsx";
import { FilterChip } from "./FilterChip.tsx";
import { NumberChip } from "./NumberChip.tsx";
import { CHOICE_SETTINGS, type ChoiceSetting, choicesWith } from "./settingsWords.ts";
import { type ChipName, showsChip } from "./shownChips.ts";
import { ThresholdChip } from "./ThresholdChip.tsx";
import { ThresholdPanel } from "./ThresholdPanel.tsx";

/** Image sides beyond these are typing errors, not pictures. */
export const INPUT_SIDES = { lowest: 8, highest: 4096 } as const;

const CLUSTER_PANEL_ID = "cluster-panel";

interface Props {
  readonly analysis: Analysis;
  readonly view: ViewName;
}

/** Every setting that changes a number, in sight and editable where the numbers are. */
export function SettingsChips({ analysis, view }: Props): JSX.Element {
  const shows = (chip: ChipName) => showsChip(view, chip);
  const settings = usePage((state) => state.settings);
  const isComing = usePage((state) => state.pending?.reason === "settings");
  const [moved, setMoved] = useState<number | null>(null);
  const [asksClusters, setAsksClusters] = useState(false);
  useEscape(asksClusters, () => setAsksClusters(false));
  return (
    <div className="settings">
      <fieldset className="chips">
        <legend className="visually-hidden">Settings of the analysis</legend>
        {shows("filters") && <FilterChip />}
        {CHOICE_SETTINGS.filter(({ name }) => shows(name)).map((setting) => (
          <Fragment key={setting.name}>
            <ChoiceChip setting={setting} />
            {setting.name === "Clusters" && (
              <button
                type="button"
                className="chip chip-button"
                aria-expanded={asksClusters}
                aria-controls={CLUSTER_PANEL_ID}
                onClick={() => setAsksClusters(!asksClusters)}
              >
                Are they real?
              </button>
            )}
          </Fragment>
        ))}
        {shows("threshold") && (
          <ThresholdChip
            threshold={settings.threshold}
            moved={moved}
            onMove={(threshold) => {
              setAsksClusters(false);
              setMoved(threshold);
            }}
            onCommit={(threshold) => {
              if (threshold !== settings.threshold) changeSettings({ threshold });
            }}
          />
        )}
        {shows("inputSize") && analysis.inputSizeIsOpen && (
          <NumberChip
            key={`input ${settings.inputSize}`}
            name="Input image"
            unit="pixels square"
            meaning="Side of the image that the network receives; the file leaves it open"
            value={settings.inputSize}
            lowest={INPUT_SIDES.lowest}
            highest={INPUT_SIDES.highest}
            step={1}
            onCommit={(inputSize) => changeSettings({ inputSize: Math.round(inputSize) })}
          />
        )}
      </fieldset>
      {shows("threshold") && moved !== null && (
        <ThresholdPanel analysis={analysis} moved={moved} isComing={isComing === true} />
      )}
      <div id={CLUSTER_PANEL_ID}>
        {shows("Clusters") && asksClusters && <ClusterPanel analysis={analysis} />}
      </div>
    </div>
  );
}

function ChoiceChip({ setting }: { readonly setting: ChoiceSetting }): JSX.Element {
  const settings = usePage((state) => state.settings);
  const value = setting.value(settings);
  return (
    <label className="chip" title={setting.meaning}>
      <span className="muted">{setting.name}</span>
      <select
        value={value}
        onChange={(event) => changeSettings(setting.change(event.target.value))}
      >
        {choicesWith(setting, value).map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.words}
          </option>
        ))}
      </select>
    </label>
  );
}
