import { NONE } from "../../model/run-columns.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import type { MessageCollection } from "./message-draft.ts";

/** One family of inference rules. Rules run in the order of the registry and see what those before them found. */
export interface MessageRule {
  /** The rules of docs/dialects.md that it implements. */
  readonly ids: readonly string[];
  readonly doc: string;
  find(run: ResolvedRun, messages: MessageCollection): void;
}

/** The name under which the person or program outside the run appears in messages. */
export const USER = "user";

/** The name of a row's agent; empty for a row of nobody. */
export function agentNameOf({ attribution }: ResolvedRun, row: number): string {
  const agent = row === NONE ? NONE : (attribution.agent[row] as number);
  return agent === NONE ? "" : (attribution.names[agent] as string);
}

/** The invocation that a row belongs to, or NONE. */
export function entryOf({ attribution }: ResolvedRun, row: number): number {
  return row === NONE ? NONE : (attribution.entry[row] as number);
}

/** The first invocation at or below a row, or NONE. */
export function entryBelow({ tree, attribution }: ResolvedRun, row: number): number {
  // The children are looked at level by level, so that the outermost invocation comes first.
  const level = [row];
  for (let i = 0; i < level.length; i++) {
    const at = level[i] as number;
    if (attribution.entry[at] === at) return at;
    for (let c = tree.childrenFrom[at] as number; c < (tree.childrenFrom[at + 1] as number); c++) {
      level.push(tree.children[c] as number);
    }
  }
  return NONE;
}
