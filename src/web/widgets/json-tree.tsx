import "./json-tree.css";
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { formatCounted } from "../base/format.ts";
import { type EntryRange, entryRanges } from "../base/json-entries.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";
import { LongText } from "./long-text.tsx";

const RANGE_NAME_MAX = 40;
const OPEN_ENTRIES_MAX = 12;
const LINE_MAX = 120;

interface JsonTreeProps {
  readonly value: unknown;
  /** Levels that are open at first. */
  readonly open?: number;
}

/** A JSON value as a tree; what is closed is not made. */
export function JsonTree({ value, open = 2 }: JsonTreeProps) {
  return (
    <div class="json-tree">
      <JsonNode value={value} open={open} />
    </div>
  );
}

interface JsonNodeProps extends JsonTreeProps {
  readonly name?: string;
}

function JsonNode({ name, value, open = 0 }: JsonNodeProps) {
  if (typeof value === "object" && value !== null) return <JsonBranch {...label(name)} value={value} open={open} />;
  return (
    <div class="json-line">
      <JsonName {...label(name)} />
      <JsonLeaf value={value} />
    </div>
  );
}

interface JsonBranchProps {
  readonly name?: string;
  readonly value: object;
  readonly open: number;
}

function JsonBranch({ name, value, open }: JsonBranchProps) {
  const isList = Array.isArray(value);
  const keys = useMemo(() => (isList ? undefined : Object.keys(value)), [value]);
  const count = keys?.length ?? (value as readonly unknown[]).length;
  const isOpen = useSignal(open > 0 && count > 0 && (name === undefined || count <= OPEN_ENTRIES_MAX));
  if (count === 0) {
    return (
      <div class="json-line">
        <JsonName {...label(name)} />
        <span class="muted">{isList ? "[]" : "{}"}</span>
      </div>
    );
  }
  const size = formatCounted(count, isList ? "item" : "field");
  return (
    <div>
      <JsonToggle isOpen={isOpen}>
        <JsonName {...label(name)} />
        <span class="muted">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </JsonToggle>
      {isOpen.value && <JsonEntries value={value} keys={keys} range={{ from: 0, until: count }} open={open - 1} />}
    </div>
  );
}

interface JsonEntriesProps {
  readonly value: object;
  /** Undefined: of a list. */
  readonly keys: readonly string[] | undefined;
  readonly range: EntryRange;
  readonly open: number;
}

/** Entries of a value; many in ranges that open like values do. */
function JsonEntries({ value, keys, range, open }: JsonEntriesProps) {
  const ranges = entryRanges(range);
  const shown = ranges.length > 0 ? [] : Array.from({ length: range.until - range.from }, (_, i) => range.from + i);
  return (
    <div class="json-children">
      {ranges.map((inner, i) => (
        <JsonRange key={inner.from} value={value} keys={keys} range={inner} open={open} isFirst={i === 0} />
      ))}
      {shown.map((index) => {
        const key = keys?.[index] ?? String(index);
        return <JsonNode key={key} name={key} value={(value as Readonly<Record<string, unknown>>)[key]} open={open} />;
      })}
    </div>
  );
}

function JsonRange({ isFirst, ...props }: JsonEntriesProps & { readonly isFirst: boolean }) {
  const { keys, range } = props;
  const isOpen = useSignal(isFirst);
  const ends = [range.from, range.until - 1].map((index) =>
    visibleLine(keys?.[index] ?? String(index), RANGE_NAME_MAX),
  );
  return (
    <div>
      <JsonToggle isOpen={isOpen}>
        <span class="json-name foreign">{ends.join(" … ")}</span>
      </JsonToggle>
      {isOpen.value && <JsonEntries {...props} />}
    </div>
  );
}

function JsonToggle({ isOpen, children }: { readonly isOpen: Signal<boolean>; readonly children: ComponentChildren }) {
  return (
    <button
      type="button"
      class="json-line json-toggle"
      aria-expanded={isOpen.value}
      onClick={() => (isOpen.value = !isOpen.value)}
    >
      <Icon name={isOpen.value ? "down" : "right"} size={12} />
      {children}
    </button>
  );
}

function JsonName({ name }: { readonly name?: string }) {
  if (name === undefined) return null;
  return (
    <>
      <span class="json-name foreign">{visibleLine(name, LINE_MAX)}</span>
      <span class="muted">:</span>
    </>
  );
}

function JsonLeaf({ value }: { readonly value: unknown }) {
  if (typeof value !== "string") return <span class="json-value">{String(value)}</span>;
  if (value.length <= LINE_MAX && !value.includes("\n")) {
    return <span class="json-text foreign">{visibleLine(value)}</span>;
  }
  return (
    <div class="json-text">
      <LongText text={value} first={600} isCode />
    </div>
  );
}

/** With exactOptionalPropertyTypes an absent name must be absent. */
function label(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}
