// What agents have with each other and with people: messages, handoffs, waiting, questions, and what they make known.

import { type Attributes, SpanKind } from "@opentelemetry/api";
import { contentAttributes } from "./content.ts";
import { inSpan, type SpanPlan, type Work } from "./in-span.ts";
import { NAMES } from "./names.ts";
import { errorText, quietly } from "./quietly.ts";
import { agentIn } from "./run-context.ts";
import { type EventData, logEvent } from "./run-events.ts";
import { settle } from "./settle.ts";
import { known } from "./work.ts";

export type MessageKind = "delegate" | "reply" | "handoff" | "send" | "broadcast";

export interface MessageOptions {
  /** The receiving agent's name. */
  readonly to: string;
  /** The agent whose callback is running without it. */
  readonly from?: string | undefined;
  /** `send` unless said otherwise. */
  readonly kind?: MessageKind | undefined;
  readonly text?: string | undefined;
  /** Lets `message.received` on the other side be matched. */
  readonly id?: string | undefined;
  readonly data?: EventData | undefined;
}

export interface HandoffOptions extends Omit<MessageOptions, "kind"> {
  readonly reason?: string | undefined;
}

/**
 * A message from one agent to another. With a callback it is a span around what delivers it, and what the receiver does
 * inside is known to follow from it; without, a RunEvent `message.sent`.
 */
export function message(options: MessageOptions): void;
export function message<T>(options: MessageOptions, work: (message: Work) => T): T;
export function message<T>(options: MessageOptions, work?: (message: Work) => T): T | undefined {
  if (work !== undefined) return inSpan("message", () => messagePlan(options, options.kind ?? "send"), work);
  quietly(() => {
    const { to, from, kind = "send", text, id, data = {} } = options;
    logEvent("message.sent", { ...data, kind, messageId: id }, { to, agent: from, message: text });
  }, undefined);
  return undefined;
}

/** An agent gives the work over to another one. As `message`; the RunEvent is `handoff`. */
export function handoff(options: HandoffOptions): void;
export function handoff<T>(options: HandoffOptions, work: (handoff: Work) => T): T;
export function handoff<T>(options: HandoffOptions, work?: (handoff: Work) => T): T | undefined {
  if (work !== undefined) {
    const make = () => messagePlan({ ...options, data: { ...options.data, reason: options.reason } }, "handoff");
    return inSpan("message", make, work);
  }
  quietly(() => {
    const { to, from, text, reason, id, data = {} } = options;
    logEvent("handoff", { ...data, reason, messageId: id }, { to, agent: from, message: text ?? reason });
  }, undefined);
  return undefined;
}

function messagePlan(options: MessageOptions, kind: MessageKind): SpanPlan {
  const { to, from = agentIn()?.name, text, id, data = {} } = options;
  const attributes = known({
    ...{ [NAMES.kind]: "message", [NAMES.messageKind]: kind, [NAMES.messageFrom]: from },
    ...{ [NAMES.messageTo]: to, [NAMES.messageId]: id, ...(data as Attributes) },
  });
  return { name: `${kind} ${to}`, kind: SpanKind.PRODUCER, attributes, input: text, returnsOutput: false };
}

export interface WaitingOptions {
  /** For what or whom. */
  readonly reason: string;
  readonly agent?: string | undefined;
  readonly data?: EventData | undefined;
}

/** While the callback runs the agent waits: RunEvents `agent.waiting` before, `agent.resumed` after. */
export function waiting<T>(options: string | WaitingOptions, work: () => T): T {
  const { reason, agent, data } = quietly<WaitingOptions>(
    () => (typeof options === "string" ? { reason: options } : { ...options }),
    { reason: "" },
  );
  const resume = (outcome: EventData) => logEvent("agent.resumed", { ...data, reason, ...outcome }, { agent });
  logEvent("agent.waiting", { ...data, reason }, { agent, message: reason });
  return settle(
    work,
    () => resume({}),
    (error) => resume({ error: errorText(error) }),
  );
}

export interface HumanOptions {
  readonly question: string;
  /** The agent that asks. */
  readonly agent?: string | undefined;
  readonly data?: EventData | undefined;
}

/**
 * A person is asked and the callback gets the answer: RunEvents `human.requested` before, `human.answered` after, with
 * the answer that it returns.
 */
export function human<T>(options: string | HumanOptions, work: () => T): T {
  const { question, agent, data } = quietly<HumanOptions>(
    () => (typeof options === "string" ? { question: options } : { ...options }),
    { question: "" },
  );
  logEvent("human.requested", data, { agent, message: question });
  return settle(
    work,
    (answer) => {
      const shown = contentAttributes("answer", answer)["answer"];
      logEvent("human.answered", data, { agent, message: shown === undefined ? undefined : String(shown) });
    },
    (error) => logEvent("human.answered", { ...data, error: errorText(error) }, { agent, level: "error" }),
  );
}

/** The agent makes known what state its work is in: RunEvent `state.changed`. A callback is simply run. */
export function state(data: EventData): void;
export function state<T>(data: EventData, work: () => T): T;
export function state<T>(data: EventData, work?: () => T): T | undefined {
  logEvent("state.changed", data);
  return work?.();
}
