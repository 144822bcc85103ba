import { styleText } from "node:util";

export type Colour = "red" | "green" | "yellow" | "cyan" | "gray" | "bold";

/** One of the two outputs of the process. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined when it is a file or a pipe, where nothing is cut to fit. */
  readonly width: number | undefined;
  write(text: string): void;
  line(text?: string): void;
  /** The text in a colour, where colours are wanted: on terminals, unless NO_COLOR is set. */
  paint(colour: Colour, text: string): string;
}

/** Results go to `out`, everything about how it goes to `err`, so that results can be piped. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
}

/** The process's own outputs. */
export function processTerminal(): Terminal {
  return { out: outputOf(process.stdout), err: outputOf(process.stderr) };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that stops reading (`talea runs | head`) is no failure.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    isTerminal: stream.isTTY === true,
    width: stream.isTTY === true ? stream.columns : undefined,
    write: (text) => void stream.write(text),
    line: (text = "") => void stream.write(`${text}\n`),
    paint: (colour, text) => styleText(colour, text, { stream }),
  };
}
