import type { Span } from "../../../model/shapes.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { LongText } from "../../widgets/long-text.tsx";

/** Why a span failed: type, message and stack, from its status or its exception event. */
export function SpanFailure({ span }: { readonly span: Span }) {
  const exception = span.events?.find(({ name }) => name === "exception")?.attributes ?? {};
  const type = span.errorType ?? textOf(exception["exception.type"]);
  const told = span.statusMessage ?? textOf(exception["exception.message"]);
  // Some put the whole stack into the status: its first line is the message.
  const isStack = told !== undefined && STACK.test(told);
  const message = isStack ? told.slice(0, told.indexOf("\n")) : told;
  const stack = textOf(exception["exception.stacktrace"]) ?? (isStack ? told : undefined);
  if (span.status !== "error" && stack === undefined) return null;
  const all = [type, message, stack].filter((text) => text !== undefined).join("\n");
  return (
    <section class={span.status === "error" ? "span-failure" : "span-failure calm"} aria-label="Failure">
      <header>
        <h3 class="foreign">{type === undefined ? "Failed" : visibleLine(type, 200)}</h3>
        <CopyButton text={() => all} label="Copy the error" />
      </header>
      {message !== undefined && <LongText text={message} first={1200} />}
      {stack !== undefined && stack !== message && <LongText text={stack} first={600} isCode />}
      {message === undefined && stack === undefined && <p class="muted">The span says no more than that it failed.</p>}
    </section>
  );
}

/** A line of a stack: JavaScript's or Python's. */
const STACK = /\n\s+(at |File ")/;

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
