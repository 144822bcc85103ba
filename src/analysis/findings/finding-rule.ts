import type { ResolvedRun } from "../resolved-run.ts";
import type {
  RunAgent,
  RunErrorGroup,
  RunFinding,
  RunInput,
  RunMessage,
  RunPath,
  RunSummary,
} from "../run-analysis.ts";

export interface FindingContext {
  readonly run: ResolvedRun;
  readonly input: RunInput;
  readonly summary: RunSummary;
  readonly agents: readonly RunAgent[];
  readonly messages: readonly RunMessage[];
  readonly errors: readonly RunErrorGroup[];
  readonly path: RunPath;
}

/** One kind of finding. */
export interface FindingRule {
  readonly id: string;
  /** One sentence for the docs: what it means and when it is reported. */
  readonly doc: string;
  find(context: FindingContext): Omit<RunFinding, "id">[];
}

const NS_PER_S = 1e9;

export function formatSeconds(ns: number): string {
  const seconds = ns / NS_PER_S;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The name that a tool's span goes by. */
export function toolNameOf({ columns }: ResolvedRun, row: number): string {
  return columns.texts.text(columns.tool[row] as number) || columns.texts.text(columns.name[row] as number);
}
