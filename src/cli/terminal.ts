import { once } from "node:events";
import { styleText } from "node:util";

export type Colour =
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "greenBright"
  | "yellowBright"
  | "blueBright"
  | "magentaBright"
  | "cyanBright"
  | "gray"
  | "bold";

/** One of the two outputs of the process. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined when it is a file or a pipe, where nothing is cut to fit. */
  readonly width: number | undefined;
  /** Rows of the terminal; undefined when it is none. */
  readonly height: number | undefined;
  write(text: string): void;
  line(text?: string): void;
  /** Resolves when the reader has taken what was written: for those who write without end. */
  drained(): Promise<void>;
  /** The text in a colour, where colours are wanted: on terminals, unless NO_COLOR is set. */
  paint(colour: Colour, text: string): string;
}

/** Results go to `out`, everything about how it goes to `err`, so that results can be piped. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  /**
   * Calls the listener with each key, and Ctrl-C as `\u0003`, until the answered function is called; never where nobody
   * sits at a keyboard.
   */
  listenToKeys(listener: (key: string) => void): () => void;
}

/** The process's own outputs and keyboard. */
export function processTerminal(): Terminal {
  return { out: outputOf(process.stdout), err: outputOf(process.stderr), listenToKeys };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that stops reading (`talea runs | head`) is no failure.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    isTerminal: stream.isTTY === true,
    get width() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
    get height() {
      return stream.isTTY === true ? stream.rows : undefined;
    },
    write: (text) => void stream.write(text),
    line: (text = "") => void stream.write(`${text}\n`),
    drained: async () => {
      if (stream.writableNeedDrain) await once(stream, "drain");
    },
    paint: (colour, text) => styleText(colour, text, { stream }),
  };
}

function listenToKeys(listener: (key: string) => void): () => void {
  const { stdin } = process;
  if (stdin.isTTY !== true) return () => undefined;
  const onData = (data: Buffer) => listener(data.toString("utf8"));
  stdin.setRawMode(true);
  stdin.on("data", onData);
  return () => {
    stdin.off("data", onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
