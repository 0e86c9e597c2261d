import { Component, type ReactNode } from "react";

interface Props {
  /** Another value (another view, layer, analysis) gives the view a new chance. */
  readonly resetKey: string;
  /** Called once the failure is shown; what is drawn next should not meet the same one. */
  readonly onFailure?: () => void;
  readonly children: ReactNode;
}

interface State {
  readonly failure: string | null;
  readonly failedKey: string;
}

/** Keeps a failure of one view from taking the page, and the analysis, with it. */
export class ViewBoundary extends Component<Props, State> {
  override state: State = { failure: null, failedKey: this.props.resetKey };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    if (props.resetKey === state.failedKey) return null;
    return { failure: null, failedKey: props.resetKey };
  }

  override componentDidCatch(): void {
    this.props.onFailure?.();
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children;
    return (
      <div className="view-failure" role="alert">
        <p>
          This view could not be drawn. The other views and the exports still work: choose another
          view, or try this one again.
        </p>
        <button type="button" className="button" onClick={() => this.setState({ failure: null })}>
          Try again
        </button>
        <details>
          <summary>Details</summary>
          <pre>{this.state.failure}</pre>
        </details>
      </div>
    );
  }
}
