import "./notices.css";
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { ApiFailure } from "../base/api.ts";
import { useExpectedCommands } from "../base/commands.ts";
import { visibleText } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";

interface FailureNoticeProps {
  readonly failure: ApiFailure;
  readonly onRetry?: () => void;
}

/** A failure: its code, a sentence, and the way on. */
export function FailureNotice({ failure, onRetry }: FailureNoticeProps) {
  return (
    <div class="failure-notice" role="alert">
      <Icon name="failure" size={16} />
      <div class="grow">
        <code>{failure.code}</code>
        <p class="foreign">{visibleText(failure.message)}</p>
      </div>
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Says what is missing and how to get it. */
export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div class="empty-state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface Loadable<T> {
  readonly data: ReadonlySignal<T | undefined>;
  readonly failure: ReadonlySignal<ApiFailure | undefined>;
  readonly isLoading: ReadonlySignal<boolean>;
  retry(): void;
}

interface LoadedProps<T> {
  readonly from: Loadable<T>;
  readonly children: (data: T) => ComponentChildren;
}

/** What a resource holds: dimmed while it loads anew, with its failure above it. */
export function Loaded<T>({ from, children }: LoadedProps<T>) {
  const data = from.data.value;
  const failure = from.failure.value;
  return (
    <div
      class={`loaded${from.isLoading.value && data !== undefined ? " dimmed" : ""}`}
      aria-busy={from.isLoading.value}
    >
      {failure && <FailureNotice failure={failure} onRetry={() => from.retry()} />}
      {data !== undefined && children(data)}
      {data === undefined && failure === undefined && <Waiting />}
    </div>
  );
}

/** Shows only after a moment: most answers are there sooner. Keys wait for what comes in its place. */
export function Waiting() {
  useExpectedCommands();
  return (
    <p class="waiting muted" role="status">
      Loading…
    </p>
  );
}
