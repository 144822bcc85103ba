import {
  environmentNameOf,
  flagOf,
  readSettings,
  SETTINGS,
  type Settings,
  SettingsError,
} from "../../server/settings.ts";
import type { Command, CommandContext } from "../command.ts";
import { nearest } from "../nearest.ts";
import { type OptionSpec, type OptionTable, parseFlags } from "../options.ts";

const CONFIG_FILE = "talea.config.json";

/** `talea serve`: starts the server and stays until it is told to stop. */
export const serve: Command = {
  summary: "Start Talea: collect telemetry and serve the page and the API",
  operands: "",
  options: settingOptions(),
  note: `Every flag is also a key of ${CONFIG_FILE}, in camelCase: { "grpcPort": 5317 }.`,
  examples: [
    ["talea serve", "Collect on 127.0.0.1:4318 (HTTP) and 4317 (gRPC), data in ./.talea"],
    ["talea serve --port 0 --grpc-port 0", "On free ports"],
    ["talea serve --demo", "With example agents at work"],
  ],

  async run(args, context) {
    // Wrong flags are refused in the words of all commands; what they are set to is the settings' own business.
    parseFlags(settingOptions(), args);
    let settings: Settings;
    try {
      settings = readSettings({ args, environment: context.environment, file: CONFIG_FILE });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      context.terminal.err.line(error.message);
      return 2;
    }
    warn(settings, args, context);
    const { runServer } = await import("../server-process.ts");
    return runServer(settings, context.terminal);
  },
};

function warn(settings: Settings, args: readonly string[], { terminal, environment }: CommandContext): void {
  if (settings.key !== "" && args.some((arg) => arg.startsWith("--key=") || arg === "--key")) {
    terminal.err.line("--key shows in the list of processes: TALEA_KEY or --key-file FILE keep it to yourself.");
  }
  for (const [name, meant] of misspelled(Object.keys(environment))) {
    terminal.err.line(`${name} is no setting: did you mean ${meant}?`);
  }
}

/** Variables that look like a setting's and are none. Others may be anybody's: Kubernetes sets TALEA_SERVICE_HOST. */
function misspelled(variables: readonly string[]): [name: string, meant: string][] {
  const known = [...Object.keys(SETTINGS).map(environmentNameOf), "TALEA_URL"];
  return variables
    .filter((name) => name.startsWith("TALEA_") && !known.includes(name))
    .map((name): [string, string | undefined] => [name, nearest(name, known)])
    .filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** The settings as flags, for the help; reading them is the settings' own business. */
function settingOptions(): OptionTable {
  const options = Object.entries(SETTINGS).map(([name, { type, value, doc, default: fallback }]) => {
    const kind: OptionSpec["type"] = type === "flag" || type === "list" ? type : "text";
    const spec: OptionSpec = { type: kind, value, doc, default: fallback, environment: environmentNameOf(name) };
    return [flagOf(name).slice(2), spec] as const;
  });
  return Object.fromEntries(options);
}
