// A transcript as text that people can read and diff.

import type { FoundTurn } from "../../src/analysis/conversation/turn.ts";
import { conversationOf } from "../../src/analysis/conversation.ts";
import type { RunAnalysis, RunInput } from "../../src/analysis/run-analysis.ts";
import type { PartHead, PartHeads } from "../../src/model/part-heads.ts";
import { NONE } from "../../src/model/run-columns.ts";

const TEXT_LENGTH = 70;

/** The heads of all parts that a run's spans refer to. */
export function headsOf({ columns }: RunInput, read: (hash: string) => PartHead): PartHeads {
  const hashes = [...columns.inputParts.values(), ...columns.outputParts.values()].flat();
  return new Map(hashes.map((hash) => [hash, read(hash)]));
}

/** Turn by turn: who to whom, then its parts and tool calls. `show` says what is behind a hash. */
export function conversationLines(
  run: RunInput,
  analysis: RunAnalysis,
  heads: PartHeads,
  show: (hash: string) => string,
): string[] {
  const line = (hash: string) => show(hash).replace(/\s+/g, " ").trim().slice(0, TEXT_LENGTH);
  return conversationOf(run.columns, analysis, run.events, heads).flatMap((turn) => [
    headLine(turn),
    ...turn.parts.map((hash) => `  ${line(hash)}`),
    ...turn.calls.map(({ name, row, asked, results }) => {
      const given = asked === undefined ? "" : line(asked);
      return `  * ${name}(${given}) => ${results.map(line).join(" | ")}${row === NONE ? " (no span)" : ""}`;
    }),
  ]);
}

function headLine({ kind, role, agent, from, to, messageKind, text }: FoundTurn): string {
  const between = `${from} -> ${to}`;
  const about = [messageKind ?? role, from === "" && to === "" ? agent : between, text].filter((word) => word !== "");
  return `${kind}: ${about.join(" ")}`.trim();
}
