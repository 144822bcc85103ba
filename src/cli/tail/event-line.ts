// A RunEvent as one line for people: when, who, what, and what about it. What does not fit the terminal is cut at the
// end; the parts that tell most come first.

import { hashText } from "../../base/hash.ts";
import type { RunEvent } from "../../model/shapes.ts";
import { formatClock, formatDuration, formatShort } from "../format.ts";
import { cutTo, displayWidth, fitTo, oneLine } from "../shown-text.ts";
import type { Colour, Output } from "../terminal.ts";
import { OpenWork } from "./open-work.ts";

const GRAY: Colour = "gray";
/** Red is for failures, gray for the frame. */
const AGENT_COLOURS: readonly Colour[] = [
  "cyan",
  "green",
  "magenta",
  "yellow",
  "blue",
  "cyanBright",
  "greenBright",
  "magentaBright",
  "yellowBright",
  "blueBright",
];
const TYPE_COLOURS: Readonly<Record<string, Colour>> = {
  failed: "red",
  completed: "green",
  cancelled: "yellow",
  waiting: "yellow",
  requested: "yellow",
  retried: "yellow",
};
const LEVEL_COLOURS: Readonly<Record<string, Colour>> = { warn: "yellow", error: "red", fatal: "red" };
/** Of `data`: what has its own place in the line. */
const PLACED: ReadonlySet<string> = new Set([
  "name",
  "tool",
  "model",
  "error",
  "errorType",
  "inputTokens",
  "outputTokens",
]);
const GAP = "  ";
const AGENT_WIDTH_MIN = 8;
const AGENT_WIDTH_MAX = 20;
const TYPE_WIDTH = 15;
const VALUE_WIDTH_MAX = 200;
/** Values of a sender's own that a line has room for. */
const VALUES_MAX = 8;

interface Piece {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/** The lines of one stream of events, which know what went by before. */
export class EventLines {
  readonly #output: Output;
  readonly #ofOneRun: boolean;
  readonly #work = new OpenWork();
  #agentWidth = AGENT_WIDTH_MIN;

  /** `ofOneRun`: every event belongs to the same run, which need not be named. */
  constructor(output: Output, ofOneRun: boolean) {
    this.#output = output;
    this.#ofOneRun = ofOneRun;
  }

  /** Without a line end, never wider than the terminal. */
  line(event: RunEvent): string {
    const { durationMs, agent = "" } = this.#work.take(event);
    const name = oneLine(agent);
    this.#agentWidth = Math.min(AGENT_WIDTH_MAX, Math.max(this.#agentWidth, displayWidth(name)));
    const about = [
      ...subject(event),
      ...(durationMs === undefined ? [] : [{ text: formatDuration(durationMs) }]),
      ...outcome(event),
      ...(event.type.startsWith("run.") && !this.#ofOneRun ? [{ text: event.runId ?? "", colour: GRAY }] : []),
    ];
    const pieces: Piece[] = [
      { text: formatClock(event.time), colour: GRAY },
      { text: fitTo(name, this.#agentWidth), colour: agentColour(agent) },
      { text: fitTo(event.type, Math.max(TYPE_WIDTH, event.type.length)), colour: typeColour(event) },
      ...about.filter(({ text }) => text !== ""),
    ];
    return paintLine(pieces, this.#output);
  }
}

/** Always the same for a name. */
export function agentColour(agent: string): Colour | undefined {
  return agent === "" ? undefined : AGENT_COLOURS[(hashText(agent) >>> 0) % AGENT_COLOURS.length];
}

function typeColour({ type, level }: RunEvent): Colour | undefined {
  return TYPE_COLOURS[type.slice(type.lastIndexOf(".") + 1)] ?? LEVEL_COLOURS[level ?? ""];
}

/** What it is about: the model of a call, the tool, the receiver, what it says. */
function subject({ type, agentId, to, data = {}, message = "", level }: RunEvent): Piece[] {
  const family = type.slice(0, type.indexOf("."));
  const own = family === "llm" ? data["model"] : family === "tool" ? data["tool"] : undefined;
  const name = shownValue(own ?? data["name"]);
  return [
    { text: to === undefined ? "" : `→ ${to}`, colour: agentColour(to ?? "") },
    // OpenTelemetry names the spans of an agent `invoke_agent <name>`, which says nothing new.
    { text: agentId !== undefined && name.endsWith(agentId) ? "" : name },
    { text: message, colour: LEVEL_COLOURS[level ?? ""] },
  ];
}

/** What came of it: tokens, the error, and whatever else the sender said. */
function outcome({ data = {} }: RunEvent): Piece[] {
  const { inputTokens, outputTokens } = data;
  const tokens = [
    typeof inputTokens === "number" ? `${formatShort(inputTokens)} in` : "",
    typeof outputTokens === "number" ? `${formatShort(outputTokens)} out` : "",
  ].filter((text) => text !== "");
  const error = [data["errorType"], data["error"]].map(shownValue).filter((text) => text !== "");
  const rest = Object.entries(data).filter(([key]) => !PLACED.has(key));
  return [
    { text: tokens.join(" ") },
    { text: error.join(": "), colour: "red" },
    ...rest.slice(0, VALUES_MAX).map(([key, value]) => ({ text: `${key}=${shownValue(value)}`, colour: GRAY })),
    { text: rest.length > VALUES_MAX ? `and ${rest.length - VALUES_MAX} more` : "", colour: GRAY },
  ];
}

function shownValue(value: unknown): string {
  if (value === undefined) return "";
  return cutTo(oneLine(typeof value === "string" ? value : JSON.stringify(value)), VALUE_WIDTH_MAX);
}

function paintLine(pieces: readonly Piece[], output: Output): string {
  const texts = pieces.map(({ text }, i) => `${i === 0 ? "" : GAP}${oneLine(text)}`);
  texts.push((texts.pop() ?? "").trimEnd());
  const width = texts.reduce((sum, text) => sum + displayWidth(text), 0);
  const isTooWide = output.width !== undefined && width > output.width;
  let left = isTooWide ? output.width - 1 : width;
  let line = "";
  for (const [i, text] of texts.entries()) {
    const fits = displayWidth(text) <= left;
    // More than the text, so that what is cut off behind it is seen.
    const shown = fits ? text : cutTo(`${text} `, left + 1);
    const colour = pieces[i]?.colour;
    line += colour === undefined ? shown : output.paint(colour, shown);
    if (!fits) break;
    left -= displayWidth(text);
  }
  return line;
}
