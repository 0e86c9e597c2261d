import { type JSX, useCallback, useEffect, useState } from "react";
import { openFiles } from "../state/actions.ts";
import { type KeptModel, keptModels, MOST_KEPT } from "../state/keptModels.ts";
import { bytesText } from "../workspace/bytesText.ts";
import "./recent.css";

/** Models that were opened before, for those who agreed to keep them. */
export function RecentModels(): JSX.Element {
  const [isAllowed, setAllowed] = useState(() => keptModels.isAllowed());
  const [models, setModels] = useState<readonly KeptModel[]>([]);
  const [remark, setRemark] = useState<string | null>(null);
  const refresh = useCallback(async () => {
    setModels(await keptModels.list());
  }, []);
  useEffect(() => {
    void refresh();
  }, [refresh]);

  const allow = async (isNowAllowed: boolean) => {
    const isRemembered = await keptModels.allow(isNowAllowed);
    setAllowed(keptModels.isAllowed());
    setRemark(isRemembered ? null : "This browser does not let pages keep anything.");
    await refresh();
  };
  const open = async ({ sha256, name }: KeptModel) => {
    const files = await keptModels.open(sha256);
    if (files !== null) {
      openFiles(files);
      return;
    }
    setRemark(`${name} is not in this browser any more; open the file itself.`);
    await forget([sha256]);
  };
  const forget = async (which: readonly string[]) => {
    for (const sha256 of which) await keptModels.forget(sha256);
    await refresh();
  };

  const notKept = keptModels.notKept();
  return (
    <section className="recent" aria-label="Models opened before">
      {models.length > 0 && (
        <>
          <h2>Opened before</h2>
          <ul className="recent-list">
            {models.map((model) => (
              <KeptRow
                key={model.sha256}
                model={model}
                onOpen={() => void open(model)}
                onForget={() => void forget([model.sha256])}
              />
            ))}
          </ul>
          {models.length > 1 && (
            <button
              type="button"
              className="link-button small"
              onClick={() => void forget(models.map(({ sha256 }) => sha256))}
            >
              Forget all
            </button>
          )}
        </>
      )}
      <label className="recent-consent">
        <input
          type="checkbox"
          data-testid="keep-models"
          checked={isAllowed}
          aria-describedby="recent-explanation"
          onChange={(event) => void allow(event.target.checked)}
        />
        Keep the models I open in this browser, so that I can open them again
      </label>
      <p id="recent-explanation" className="small muted">
        A copy stays on this computer only, of the last {MOST_KEPT} at most. "Forget" deletes it, as
        does unticking this box or clearing the browser's data of this site.
      </p>
      <p className="small" role="status">
        {remark ??
          (notKept === null
            ? ""
            : `${notKept} was not kept: the browser has no room for it. Forgetting others may help.`)}
      </p>
    </section>
  );
}

interface RowProps {
  readonly model: KeptModel;
  readonly onOpen: () => void;
  readonly onForget: () => void;
}

function KeptRow({ model, onOpen, onForget }: RowProps): JSX.Element {
  const { name, bytes, openedAt } = model;
  const when = new Date(openedAt).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return (
    <li>
      <span className="recent-name">
        {name}
        <span className="small muted">
          {bytesText(bytes)}, {when}
        </span>
      </span>
      <button type="button" className="button" aria-label={`Open ${name}`} onClick={onOpen}>
        Open
      </button>
      <button
        type="button"
        className="button button-quiet"
        aria-label={`Forget ${name}`}
        onClick={onForget}
      >
        Forget
      </button>
    </li>
  );
}
