import type { RunEvent } from "../../model/shapes.ts";
import type { ServerMessage, StreamFilter } from "../../model/stream.ts";
import { EVENT_LEVELS } from "../../model/vocabulary.ts";
import { CLIENT_OPTIONS, clientOf } from "../client/client-options.ts";
import type { Command } from "../command.ts";
import { flagOption, listOption, type OptionValues, parseFlags, textOption, UsageError } from "../options.ts";
import { stopSignal } from "../stop-signal.ts";
import { EventLines } from "../tail/event-line.ts";
import type { Output } from "../terminal.ts";

/** `unset` is below all others: as if nothing was said. */
const LEVELS = EVENT_LEVELS.filter((level) => level !== "unset");
const OPTIONS = {
  run: textOption("ID", "Only this run, with what went before"),
  agent: textOption("NAME", "Only events that this agent named as its own"),
  type: listOption("TYPE", "Only events of this type, or of several as tool.*; may be given several times"),
  level: textOption("LEVEL", `Only events of at least this level: ${LEVELS.join(", ")}`),
  "since-start": flagOption("From the oldest event that is kept"),
  after: textOption("OFFSET", "From behind the event that has this offset"),
  json: flagOption("One JSON event a line, for programs"),
  ...CLIENT_OPTIONS,
};

/** `talea tail`: follows what happens, a line an event. */
export const tail: Command = {
  summary: "Follow events live",
  operands: "",
  options: OPTIONS,
  note: "Begins with what happens now, unless --run, --since-start or --after say otherwise. Ctrl-C ends it.",
  examples: [
    ["talea tail", "Everything, as it happens"],
    ["talea tail --run 9f2c…", "A run from its beginning, and on"],
    ["talea tail --type 'tool.*' --type llm.failed", "Tools, and model calls that fail"],
    ["talea tail --json | jq -c '[.time, .type]'", "For programs"],
  ],

  async run(args, context) {
    const values = parseFlags(OPTIONS, args, context.environment);
    const filter = filterOf(values);
    const start = startOf(values);
    const client = clientOf(values, context);
    const { out, err } = context.terminal;
    const { BEGINNING, follow } = await import("../client/stream-client.ts");
    const after = start === "beginning" ? BEGINNING : start?.after;
    const signal = stopSignal();
    const show = values.json ? (event: RunEvent) => JSON.stringify(event) : showLines(out, values.run !== "");
    const notices = new Notices(err);
    const onAway = (reason: string) => err.line(`Lost ${client.url}: ${reason}. Waiting until it is back …`);
    const onBack = (hasOtherData: boolean) =>
      err.line(`${client.url} is back${hasOtherData ? ", with other data: from their beginning" : ""}.`);
    if (out.isTerminal) err.line(`Following ${client.url}; Ctrl-C ends.`);
    for await (const message of follow({ client, channel: "events", filter, after, signal, onAway, onBack })) {
      const events = eventsOf(message);
      if (events.length > 0) out.write(`${events.map(show).join("\n")}\n`);
      notices.take(message);
      await out.drained();
    }
    return 0;
  },
};

type Values = OptionValues<typeof OPTIONS>;

/** Throws UsageError. */
function filterOf({ run, agent, type, level }: Values): StreamFilter {
  const known = EVENT_LEVELS.find((word) => word === level);
  if (level !== "" && known === undefined) {
    throw new UsageError(`--level must be one of ${LEVELS.join(", ")}, not ${level}`);
  }
  return {
    ...(run === "" ? {} : { runId: run }),
    ...(agent === "" ? {} : { agent }),
    ...(type.length === 0 ? {} : { types: [...type] }),
    ...(known === undefined ? {} : { level: known }),
  };
}

/** Undefined: now. Throws UsageError. */
function startOf({ run, after, "since-start": sinceStart }: Values): "beginning" | { after: string } | undefined {
  if (after !== "" && sinceStart) throw new UsageError("--after and --since-start say two different things");
  if (after !== "") return { after };
  return sinceStart || run !== "" ? "beginning" : undefined;
}

function showLines(out: Output, ofOneRun: boolean): (event: RunEvent) => string {
  const lines = new EventLines(out, ofOneRun);
  return (event) => lines.line(event);
}

function eventsOf(message: ServerMessage): readonly RunEvent[] {
  if (message.op === "event") return [message.event];
  return message.op === "events" ? message.events.map(({ event }) => event) : [];
}

/** What the server says about the stream itself. */
class Notices {
  readonly #err: Output;
  #waiting = "";

  constructor(err: Output) {
    this.#err = err;
  }

  take(message: ServerMessage): void {
    if (message.op === "gap") {
      this.#err.line(
        `Events between offsets ${message.from} and ${message.to} were not delivered: expired, or not yet known to be ` +
          "the run's when they went by. `talea export` has what is kept of a run.",
      );
    }
    const waiting = message.op === "progress" ? (message.waiting ?? "") : "";
    if (waiting !== "" && waiting !== this.#waiting) this.#err.line(`The server waits: ${waiting}`);
    this.#waiting = waiting;
  }
}
