// Who speaks to an agent when its invocation begins, and whom its last words are for: from the messages of the run.

import { NONE } from "../../model/run-columns.ts";
import type { RunMessage } from "../run-analysis.ts";
import { type FoundTurn, headOf, type Scene } from "./turn.ts";

export class Senders {
  /** By invocation; taken when its first words were found. */
  readonly #into = new Map<number, string>();

  constructor({ analysis }: Scene) {
    for (const message of analysis.messages) {
      if (!isAnswer(message) && message.toRow !== NONE && !this.#into.has(message.toRow)) {
        this.#into.set(message.toRow, message.from);
      }
    }
  }

  /** Who began an invocation: only the first words that it hears are theirs. Empty when that is not known. */
  take(entry: number): string {
    const from = this.#into.get(entry) ?? "";
    this.#into.delete(entry);
    return from;
  }
}

export function isAnswer({ kind }: Pick<RunMessage, "kind">): boolean {
  return kind === "reply" || kind === "output";
}

/**
 * Says of the last words of each invocation whom they are for. Messages whose words were found so are answered too: they
 * need no turn of their own.
 */
export function addressAnswers(
  scene: Scene,
  turns: readonly FoundTurn[],
): { readonly turns: FoundTurn[]; readonly told: ReadonlySet<RunMessage> } {
  const { analysis, entry } = scene;
  const last = new Map<number, number>();
  for (const [i, turn] of turns.entries()) if (isSaid(scene, turn)) last.set(entry[turn.row] as number, i);
  const addressed = [...turns];
  const told = new Set<RunMessage>();
  for (const message of analysis.messages) {
    const at = isAnswer(message) && message.fromRow !== NONE ? last.get(message.fromRow) : undefined;
    const turn = at === undefined ? undefined : addressed[at];
    if (at === undefined || turn === undefined || turn.to !== "") continue;
    addressed[at] = { ...turn, to: message.to };
    told.add(message);
  }
  return { turns: addressed, told };
}

/** Whether a turn says something to others: thoughts are not for them. */
function isSaid(scene: Scene, { kind, row, parts }: FoundTurn): boolean {
  if ((kind !== "answer" && kind !== "output") || row === NONE) return false;
  return parts.some((hash) => headOf(scene, hash).type !== "reasoning");
}
