// Who says what: the lines of every agent, in order.

/** A tool call in a reply. */
export interface ScriptedCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** One reply of the model. */
export interface ScriptedReply {
  /** Only for a request whose last message holds this text. */
  readonly when?: string;
  /** How long the model takes. */
  readonly ms: number;
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
  /** Of the output tokens: spent on reasoning. */
  readonly reasoningTokens?: number;
  /** The request fails with this status instead. */
  readonly fail?: { readonly status: number; readonly message: string };
}

/** The replies by the name of the agent: the X of instructions that begin with `You are X.`. */
export type Script = Readonly<Record<string, readonly ScriptedReply[]>>;

/** What tokens were handed out: what an observer of the calls should add up to. */
export interface TokensHandedOut {
  calls: number;
  failedCalls: number;
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

export interface Usage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

const CHARACTERS_PER_TOKEN = 4;
/** Providers cache prompts in steps, and none that are short. */
const CACHED_TOKENS_STEP = 64;

/** Plays a script: gives every reply once and counts the tokens. */
export class Player {
  readonly handedOut: TokensHandedOut = { calls: 0, failedCalls: 0, input: 0, cached: 0, output: 0, reasoning: 0 };
  readonly #waiting: Map<string, ScriptedReply[]>;
  readonly #prompts = new Map<string, string>();

  constructor(script: Script) {
    this.#waiting = new Map(Object.entries(script).map(([agent, replies]) => [agent, [...replies]]));
  }

  /** The next line of an agent. Throws when the script has none: then the program does not follow its script. */
  next(agent: string, lastMessage: string): ScriptedReply {
    const replies = this.#waiting.get(agent) ?? [];
    const index = replies.findIndex(({ when }) => when === undefined || lastMessage.includes(when));
    const [reply] = index < 0 ? [] : replies.splice(index, 1);
    if (reply === undefined) throw new Error(`The script has no line for ${agent} after: ${lastMessage.slice(0, 120)}`);
    return reply;
  }

  /** Counts a reply's tokens: text is four characters a token, and what an agent sent before comes from the cache. */
  usage(agent: string, prompt: string, reply: ScriptedReply): Usage {
    const input = tokensOf(prompt);
    const cached = Math.floor(tokensOf(sharedStart(this.#prompts.get(agent) ?? "", prompt)) / CACHED_TOKENS_STEP);
    this.#prompts.set(agent, prompt);
    const reasoning = reply.reasoningTokens ?? 0;
    const output = tokensOf((reply.text ?? "") + JSON.stringify(reply.calls ?? "")) + reasoning;
    const usage = { input, cached: cached * CACHED_TOKENS_STEP, output, reasoning };
    this.handedOut.calls += 1;
    for (const [name, tokens] of Object.entries(usage) as [keyof Usage, number][]) this.handedOut[name] += tokens;
    return usage;
  }

  failed(): void {
    this.handedOut.failedCalls += 1;
  }

  /** Lines that nobody asked for, as `agent: n`. */
  unsaid(): string[] {
    return [...this.#waiting].filter(([, left]) => left.length > 0).map(([agent, left]) => `${agent}: ${left.length}`);
  }
}

function tokensOf(text: string): number {
  return Math.max(1, Math.ceil(text.length / CHARACTERS_PER_TOKEN));
}

function sharedStart(before: string, prompt: string): string {
  let length = 0;
  while (length < before.length && before[length] === prompt[length]) length++;
  return prompt.slice(0, length);
}
