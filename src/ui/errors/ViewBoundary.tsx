import { Component, type ReactNode } from "react";
import { ConvAtlasError } from "../../core/errors.ts";

interface Props {
  /** Another value (another view, layer, analysis) gives the view a new chance. */
  readonly resetKey: string;
  /** Called once the failure is shown; what is drawn next should not meet the same one. */
  readonly onFailure?: () => void;
  readonly children: ReactNode;
}

interface Failure {
  readonly sentence: string;
  readonly details: string;
}

interface State {
  readonly failure: Failure | null;
  readonly failedKey: string;
}

/** Keeps a failure of one view from taking the page, and the analysis, with it. */
export class ViewBoundary extends Component<Props, State> {
  override state: State = { failure: null, failedKey: this.props.resetKey };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { failure: failureOf(thrown) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    if (props.resetKey === state.failedKey) return null;
    return { failure: null, failedKey: props.resetKey };
  }

  override componentDidCatch(): void {
    this.props.onFailure?.();
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <div className="view-failure" role="alert">
        <p>
          {failure.sentence} The other views and the exports still work: choose another view, or try
          this one again.
        </p>
        <button type="button" className="button" onClick={() => this.setState({ failure: null })}>
          Try again
        </button>
        <details>
          <summary>Details</summary>
          <pre>{failure.details}</pre>
        </details>
      </div>
    );
  }
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof ConvAtlasError) {
    return { sentence: thrown.message, details: thrown.details };
  }
  const details = thrown instanceof Error ? thrown.message : String(thrown);
  return { sentence: "This view could not be drawn.", details };
}
