import type { Command } from "./command.ts";
import { doctor } from "./commands/doctor.ts";
import { exportRuns } from "./commands/export.ts";
import { importFiles } from "./commands/import.ts";
import { runs } from "./commands/runs.ts";
import { serve } from "./commands/serve.ts";
import { tail } from "./commands/tail.ts";

/** Every verb. Commands import what is heavy only when they run, so that `talea --help` answers at once. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve,
  runs,
  tail,
  import: importFiles,
  export: exportRuns,
  doctor,
};
