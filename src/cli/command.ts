import type { OptionTable } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** What a command may use besides its arguments: passed in, so that tests can. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

/** A verb of the command line. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands behind the verb, for example `FILE…`; empty when it takes flags only. */
  readonly operands: string;
  /** Its flags: help and documentation come from here. */
  readonly options: OptionTable;
  /** What holds for all of its flags, in a sentence. */
  readonly note?: string;
  /** What a person would type, each with what it does. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  /**
   * Runs it and resolves to the exit code: 0 done, 1 something failed or was found wrong, 2 called wrongly. Throws
   * UsageError and ClientError, whose messages are shown as they are.
   */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}
