// A turn of the transcript as it is found: rows and hashes, before texts are read.

import type { TurnKind, TurnRole } from "../../model/conversation-shapes.ts";
import type { PartHead, PartHeads } from "../../model/part-heads.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import type { MessageKind } from "../../model/vocabulary.ts";
import type { RunAnalysis } from "../run-analysis.ts";

/** A call of a tool and what came of it. */
export interface FoundCall {
  readonly id: string;
  readonly name: string;
  /** The span that ran it, or NONE. */
  readonly row: number;
  /** The part with the arguments. */
  readonly asked: string | undefined;
  /** The parts of the result. */
  readonly results: readonly string[];
}

export interface FoundTurn {
  /** The same whenever the run is read, so that what is shown keeps its place while the run grows. */
  readonly id: string;
  /** Its place: turns are read in the order of this instant, of equal ones in that of `rank`, then of their ids' rows. */
  readonly order: number;
  readonly rank: number;
  /** When it was said, or when what it tells of began; nanoseconds after the run's t0. */
  readonly at: number;
  /** When what it tells of ended: `Infinity` while it goes on; undefined for what is only said. */
  readonly end: number | undefined;
  /** The span that it is selected with, or NONE. */
  readonly row: number;
  readonly role: TurnRole;
  readonly kind: TurnKind;
  /** The agent whose turn it is, or empty. */
  readonly agent: string;
  readonly from: string;
  readonly to: string;
  readonly messageKind: MessageKind | undefined;
  readonly parts: readonly string[];
  readonly calls: readonly FoundCall[];
  /** Of what came as an event: its text, or its beginning when a part has the whole. */
  readonly text: string;
}

/** What all finders of turns look at. */
export interface Scene {
  readonly columns: RunColumns;
  readonly analysis: RunAnalysis;
  readonly heads: PartHeads;
  /** The invocation that each row belongs to, or NONE. */
  readonly entry: Int32Array;
}

const UNKNOWN_HEAD: PartHead = { role: "", type: "text", callId: "", name: "", bytes: 0 };

export function headOf(scene: Scene, hash: string): PartHead {
  return scene.heads.get(hash) ?? UNKNOWN_HEAD;
}

/** The name of a row's agent; empty for a row of nobody. */
export function agentOf({ analysis }: Scene, row: number): string {
  return analysis.agents[analysis.rows.agent[row] as number]?.name ?? "";
}

/** The parent's row or NONE; where spans name each other in a ring the first of them has none. */
export function parentOf({ columns }: Pick<Scene, "columns">, row: number): number {
  const parent = columns.parent[row] as number;
  return parent < row ? parent : -1;
}

/** The places of turns that fall on one instant: what ends with it, then what passes on, then what begins. */
export const RANK = { spoken: 0, call: 1, output: 2, message: 3, input: 4 } as const;

export const NO_MORE = {
  ...{ end: undefined, agent: "", from: "", to: "", messageKind: undefined },
  ...{ parts: [], calls: [], text: "" },
} as const satisfies Partial<FoundTurn>;
