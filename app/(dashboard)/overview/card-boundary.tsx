"use client";

import { useRouter } from "next/navigation";
import { Component, type ReactNode, startTransition } from "react";
import { ErrorState } from "@/components/error-state";
import { StatCard } from "@/components/stat-card";

export interface CardBoundaryProps {
  /** Headline of the error in a card's place; without it and `stat` a failure shows nothing. */
  title?: string;
  isFramed?: boolean;
  /** The card is a figure in a grid: a failure keeps its label and shape. */
  stat?: string;
  className?: string;
  children: ReactNode;
}

/** Keeps one card's failure from taking the page with it, and offers to read it again. */
export function CardBoundary(props: CardBoundaryProps) {
  const router = useRouter();
  return <Boundary {...props} refresh={() => router.refresh()} />;
}

interface BoundaryState {
  failure: (Error & { digest?: string }) | null;
}

class Boundary extends Component<CardBoundaryProps & { refresh: () => void }, BoundaryState> {
  override state: BoundaryState = { failure: null };

  static getDerivedStateFromError(failure: Error): BoundaryState {
    return { failure };
  }

  /** The server draws the card anew; only then is it worth showing again. */
  private readonly retry = () => {
    startTransition(() => {
      this.props.refresh();
      this.setState({ failure: null });
    });
  };

  override render(): ReactNode {
    const { title, stat, isFramed, className, children } = this.props;
    const { failure } = this.state;
    if (!failure) return children;
    if (stat) {
      return (
        <StatCard
          label={stat}
          value="–"
          {...(className ? { className } : {})}
          detail={
            <span role="alert">
              Didn't load.{" "}
              <button type="button" onClick={this.retry} className="underline underline-offset-3">
                Try again
              </button>
              {failure.digest ? (
                <span className="block truncate text-fg-3" title={failure.digest}>
                  Reference <code className="font-mono select-all">{failure.digest}</code>
                </span>
              ) : null}
            </span>
          }
        />
      );
    }
    if (!title) return null;
    return (
      <ErrorState
        title={title}
        message="The rest of the page is not affected. Try again in a moment."
        requestId={failure.digest}
        onRetry={this.retry}
        bare={!isFramed}
      />
    );
  }
}
