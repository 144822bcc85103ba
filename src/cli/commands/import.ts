import { CLIENT_OPTIONS, clientOf } from "../client/client-options.ts";
import type { Command } from "../command.ts";
import { formatBytes, formatCount, formatDuration } from "../format.ts";
import { importInput } from "../import/import-input.ts";
import { type Input, openInput } from "../import/open-input.ts";
import { ITEM_NAMES, type Signal } from "../import/otlp-request.ts";
import { Sender, type Tally } from "../import/sender.ts";
import { parseOptions, UsageError } from "../options.ts";
import { Progress } from "../progress.ts";
import type { Output } from "../terminal.ts";

/** `talea import`: sends what others exported to files. */
export const importFiles: Command = {
  summary: "Send OTLP/JSON files: traces, logs and metrics, plain, gzip or zstd",
  operands: "FILE…",
  options: CLIENT_OPTIONS,
  examples: [
    ["talea import capture.json", "One export request, or an array of them"],
    [
      "talea import traces.ndjson.gz logs.json",
      "One request a line, compressed; what a file holds is told by its content",
    ],
    ["cat capture.json | talea import -", "From standard input"],
  ],

  async run(args, context) {
    const { values, operands } = parseOptions(CLIENT_OPTIONS, args, context.environment);
    if (operands.length === 0) throw new UsageError("Name the files to import, or - for standard input");
    const client = clientOf(values, context);
    const { out, err } = context.terminal;
    const inputs = await Promise.all(operands.map(openInput));
    const progress = new Progress(err);
    client.onWaiting = (reason, ms) => progress.say(`${reason}: trying again in ${formatDuration(ms)}`);
    const sender = new Sender(client);
    const startedMs = performance.now();
    let oldestMs = Number.POSITIVE_INFINITY;
    try {
      for (const input of inputs) {
        const { oldestStartMs } = await importInput(input, sender, (items) =>
          progress.show(() => progressText(input, items, progress.elapsedS)),
        );
        oldestMs = Math.min(oldestMs, oldestStartMs);
      }
      await sender.finish();
    } finally {
      progress.clear();
    }
    const bytes = inputs.reduce((sum, input) => sum + input.bytesRead(), 0);
    const tookMs = performance.now() - startedMs;
    report(sender.tally, { files: inputs.length, bytes, tookMs, oldestMs, url: client.url }, out);
    return sender.tally.rejected === 0 ? 0 : 1;
  },
};

function progressText({ name, sizeBytes, bytesRead }: Input, items: number, elapsedS: number): string {
  const bytes = bytesRead();
  const share = sizeBytes === undefined || sizeBytes === 0 ? "" : ` ${Math.floor((100 * bytes) / sizeBytes)} %`;
  const size = sizeBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(sizeBytes)}`;
  return `${name}${share}  ${size}, ${formatCount(items)} items, ${formatCount(items / elapsedS)}/s`;
}

/** The commonest first. */
function countedLines(reasons: ReadonlyMap<string, number>): string[] {
  const sorted = [...reasons].sort(([, a], [, b]) => b - a);
  return sorted.map(([reason, count]) => `  ${formatCount(count)} × ${reason}`);
}

interface Circumstances {
  readonly files: number;
  readonly bytes: number;
  readonly tookMs: number;
  readonly oldestMs: number;
  readonly url: string;
}

function report(tally: Tally, { files, bytes, tookMs, oldestMs, url }: Circumstances, out: Output): void {
  const sent = (Object.keys(tally.sent) as Signal[]).filter((signal) => tally.sent[signal] > 0);
  const items = sent.map((signal) => `${formatCount(tally.sent[signal])} ${ITEM_NAMES[signal]}`);
  const what = items.length === 0 ? "nothing" : items.join(", ");
  const from = `${files === 1 ? "1 file" : `${files} files`} (${formatBytes(bytes)})`;
  out.line(`${url} took ${what} from ${from} in ${formatDuration(tookMs)}.`);
  if (tally.rejected > 0) {
    out.line(out.paint("red", `Rejected: ${formatCount(tally.rejected)}.`));
    for (const line of countedLines(tally.reasons)) out.line(line);
  }
  if (tally.warnings.size > 0) {
    out.line("Taken, but not as it came:");
    for (const line of countedLines(tally.warnings)) out.line(line);
  }
  const DAY_MS = 86_400_000;
  if (oldestMs < Date.now() - DAY_MS) {
    out.line(`It goes back to ${new Date(oldestMs).toISOString().slice(0, 10)}; lists show the last day unless told:`);
    out.line(`  talea runs --since ${new Date(oldestMs).toISOString().slice(0, 19)}Z`);
  }
}
