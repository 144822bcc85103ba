import { type FileHandle, open } from "node:fs/promises";
import { ClientError } from "../client/client-error.ts";
import { CLIENT_OPTIONS, clientOf } from "../client/client-options.ts";
import type { TaleaClient } from "../client/talea-client.ts";
import type { Command } from "../command.ts";
import { type ExportedRun, fetchDetails, fetchRun } from "../export/fetch-run.ts";
import { toOtlp } from "../export/to-otlp.ts";
import { formatCount } from "../format.ts";
import { flagOption, parseOptions, textOption, UsageError } from "../options.ts";
import { Progress } from "../progress.ts";

const OPTIONS = {
  format: textOption("json|otlp", "json: one run a line, with figures and messages; otlp: for `talea import`", {
    default: "json",
  }),
  full: flagOption("With contents and attributes of every span (otlp always has them)"),
  output: textOption("FILE", "Write there instead of to standard output"),
  ...CLIENT_OPTIONS,
};

/** `talea export`: whole runs as files. */
export const exportRuns: Command = {
  summary: "Write runs as JSON or OTLP/JSON",
  operands: "RUN…",
  options: OPTIONS,
  examples: [
    ["talea export 4bf92f3577b34da6a3ce929d0e0e4736 --full", "Everything of one run as JSON"],
    ["talea export RUN --format otlp --output run.ndjson", "To be imported elsewhere: talea import run.ndjson"],
  ],

  async run(args, context) {
    const { values, operands } = parseOptions(OPTIONS, args, context.environment);
    if (operands.length === 0) throw new UsageError("Name the runs to export: their ids are in `talea runs`");
    if (values.format !== "json" && values.format !== "otlp") {
      throw new UsageError(`--format must be json or otlp, not ${values.format}`);
    }
    const client = clientOf(values, context);
    const progress = new Progress(context.terminal.err);
    let file: FileHandle | undefined;
    try {
      for (const id of operands) {
        const lines = await linesOf(client, id, values, progress);
        // Only when there is something to write: a run that is not there must not empty the file of an earlier export.
        if (values.output !== "") file ??= await openOutput(values.output);
        for (const line of lines) {
          const text = `${JSON.stringify(line)}\n`;
          if (file === undefined) context.terminal.out.write(text);
          else await file.writeFile(text);
        }
      }
    } finally {
      progress.clear();
      await file?.close();
    }
    return 0;
  },
};

async function openOutput(path: string): Promise<FileHandle> {
  try {
    return await open(path, "w", 0o600);
  } catch (error) {
    throw new ClientError(`${path} cannot be written: ${(error as Error).message}`);
  }
}

async function linesOf(
  client: TaleaClient,
  id: string,
  { format, full }: { readonly format: string; readonly full: boolean },
  progress: Progress,
): Promise<object[]> {
  const exported = await fetchRun(client, id);
  if (format === "json" && !full) return [exported];
  const all = formatCount(exported.spans.length);
  const spans = await fetchDetails(client, id, exported.spans, (done) =>
    progress.show(() => `${id}: ${formatCount(done)} of ${all} spans`),
  );
  const whole: ExportedRun = { ...exported, spans };
  return format === "json" ? [whole] : toOtlp(whole);
}
