/** A verb of the command line. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Runs it and resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}
