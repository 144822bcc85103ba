import type { RetriedFrames } from "../../journal/journal.ts";
import { CLIENT_OPTIONS, clientOf } from "../client/client-options.ts";
import type { TaleaClient } from "../client/talea-client.ts";
import type { Command } from "../command.ts";
import { checkData, missingData } from "../doctor/check-data.ts";
import { checkMachine } from "../doctor/check-machine.ts";
import { checkPorts } from "../doctor/check-ports.ts";
import { checkServer } from "../doctor/check-server.ts";
import { type Finding, findingLines } from "../doctor/finding.ts";
import { flagOption, parseFlags, textOption } from "../options.ts";

const DATA_DEFAULT = "./.talea";
const OPTIONS = {
  data: textOption("DIR", "Data directory to look at, of a running or a stopped server", {
    environment: "TALEA_DATA",
  }),
  retry: flagOption("First have the store try again what it refused and what was set aside"),
  json: flagOption("As JSON, for programs"),
  ...CLIENT_OPTIONS,
};

/** `talea doctor`: what is wrong, and what to do about it. */
export const doctor: Command = {
  summary: "Check a server and its data directory, and say what to do",
  operands: "",
  options: OPTIONS,
  examples: [
    ["talea doctor", "The server on this machine, and ./.talea"],
    ["talea doctor --data /var/lib/talea", "Also a data directory elsewhere; frames that were set aside"],
    ["talea doctor --retry", "Have the store try again what it refused, then check"],
    ["talea doctor --url http://talea.example:4318", "A server elsewhere"],
  ],

  async run(args, context) {
    const values = parseFlags(OPTIONS, args, context.environment);
    const client = clientOf(values, context);
    if (values.retry) context.terminal.err.line(await retryQuarantined(client));
    const { VERSION } = await import("../../server/status.ts");
    const server = await checkServer(client, VERSION);
    const data = await checkData(values.data || DATA_DEFAULT);
    const findings: Finding[] = [
      ...checkMachine(),
      ...server.findings,
      ...(await checkPorts(client.url, server.status !== undefined)),
      ...(data ?? (values.data === "" ? [] : [missingData(values.data)])),
    ];
    const problems = findings.filter(({ level }) => level === "problem").length;
    const { out } = context.terminal;
    if (values.json) out.line(JSON.stringify({ findings, problems }, undefined, 2));
    else {
      for (const line of findings.flatMap((finding) => findingLines(finding, out))) out.line(line);
      out.line(problems === 0 ? "All is well." : `${problems === 1 ? "1 problem" : `${problems} problems`}.`);
    }
    return problems === 0 ? 0 : 1;
  },
};

async function retryQuarantined(client: TaleaClient): Promise<string> {
  const { retried, later, unreadable } = await client.json<RetriedFrames>("/api/v1/quarantine/retry", {
    method: "POST",
    body: "{}",
  });
  return [
    `${retried} ${retried === 1 ? "frame waits" : "frames wait"} for the store again`,
    later === 0 ? "" : `; ${later} can be tried in a moment: records beside them are being loaded`,
    unreadable === 0 ? "" : `; ${unreadable} cannot be read and stay aside`,
    ".",
  ].join("");
}
