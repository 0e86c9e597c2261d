import type { JSX, ReactNode } from "react";
import { BITS_AT_LEAST, BITS_AT_MOST } from "../../../core/substitution/replacedKernels.ts";
import { countText } from "../../figures/text.ts";
import { selectLayer } from "../../state/actions.ts";
import {
  DRAWS_AT_MOST,
  KINDS,
  type ReplacementKind,
  type TestChoice,
  type TestPlace,
  withKind,
} from "./testChoice.ts";
import { KIND_NAMES, kindWords } from "./testWords.ts";

interface Props {
  readonly choice: TestChoice;
  readonly onChoice: (choice: TestChoice) => void;
  /** Names of all layers, and the one that is looked at. */
  readonly layers: readonly string[];
  readonly layer: string;
  /** The selected group, e.g. "Cluster 2"; null without one. */
  readonly groupName: string | null;
  /** Slices of the whole test set. */
  readonly slices: number;
}

/** What is replaced, by what, on which images. */
export function TestForm({
  choice,
  onChoice,
  layers,
  layer,
  groupName,
  slices,
}: Props): JSX.Element {
  const setPlace = (place: TestPlace) => onChoice({ ...choice, place });
  return (
    <div className="test-form">
      <fieldset>
        <legend>Which kernels</legend>
        <Radio name="place" isOn={choice.place === "layers"} onOn={() => setPlace("layers")}>
          every layer in turn, then all layers at once
        </Radio>
        <div className="test-line">
          <Radio name="place" isOn={choice.place === "layer"} onOn={() => setPlace("layer")}>
            one layer:
          </Radio>
          <select
            aria-label="The layer to be tested"
            value={layer}
            onChange={(event) => {
              selectLayer(event.target.value);
              setPlace("layer");
            }}
          >
            {layers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <Radio
          name="place"
          isOn={choice.place === "group"}
          isDisabled={groupName === null && choice.place !== "group"}
          onOn={() => setPlace("group")}
        >
          {groupName === null
            ? "the selected kernels (select a cluster or a name of a filter in another view first)"
            : `the selected kernels: ${groupName}`}
        </Radio>
      </fieldset>
      <fieldset>
        <legend>Replaced by what, one after the other</legend>
        {KINDS.map((kind) => (
          <KindField key={kind} kind={kind} choice={choice} onChoice={onChoice} />
        ))}
      </fieldset>
      <fieldset>
        <legend>On which images</legend>
        <Radio
          name="slices"
          isOn={slices === 1 || choice.slices === "all"}
          onOn={() => onChoice({ ...choice, slices: "all" })}
        >
          {slices === 1
            ? "the one image, the slice that is looked at"
            : `all ${countText(slices, "image")}, one slice of each`}
        </Radio>
        {slices > 1 && (
          <Radio
            name="slices"
            isOn={choice.slices === "shown"}
            onOn={() => onChoice({ ...choice, slices: "shown" })}
          >
            only the slice that is looked at
          </Radio>
        )}
      </fieldset>
    </div>
  );
}

function KindField({
  kind,
  choice,
  onChoice,
}: Pick<Props, "choice" | "onChoice"> & { readonly kind: ReplacementKind }): JSX.Element {
  return (
    <div className="test-line">
      <label className="test-option">
        <input
          type="checkbox"
          checked={choice.kinds.includes(kind)}
          onChange={(event) => onChoice(withKind(choice, kind, event.target.checked))}
        />
        <span>
          <strong>{KIND_NAMES[kind]}</strong>
          <span className="muted">: {kindWords(kind, choice)}</span>
        </span>
      </label>
      {kind === "random" && (
        <NumberField
          words="Draws of both random controls"
          value={choice.draws}
          lowest={1}
          highest={DRAWS_AT_MOST}
          onValue={(draws) => onChoice({ ...choice, draws })}
        />
      )}
      {kind === "rounded" && (
        <NumberField
          words="Bits left"
          value={choice.bits}
          lowest={BITS_AT_LEAST}
          highest={BITS_AT_MOST}
          onValue={(bits) => onChoice({ ...choice, bits })}
        />
      )}
    </div>
  );
}

interface RadioProps {
  readonly name: string;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onOn: () => void;
  readonly children: ReactNode;
}

export function Radio({ name, isOn, isDisabled, onOn, children }: RadioProps): JSX.Element {
  return (
    <label className="test-option">
      <input
        type="radio"
        name={`lab-test-${name}`}
        checked={isOn}
        disabled={isDisabled}
        onChange={onOn}
      />
      <span>{children}</span>
    </label>
  );
}

interface NumberProps {
  readonly words: string;
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
  readonly onValue: (value: number) => void;
}

function NumberField({ words, value, lowest, highest, onValue }: NumberProps): JSX.Element {
  return (
    <label>
      <span className="muted">{words}</span>
      <input
        type="number"
        min={lowest}
        max={highest}
        value={value}
        onChange={({ target }) => {
          const typed = Math.round(target.valueAsNumber);
          if (Number.isFinite(typed)) onValue(Math.min(highest, Math.max(lowest, typed)));
        }}
      />
    </label>
  );
}
