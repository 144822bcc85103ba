#!/usr/bin/env node
// The command line: `talea <verb>`. Each verb is a file under commands/.

import { serve } from "./commands/serve.ts";

const COMMANDS = { serve } as const;

const [verb = "serve", ...args] = process.argv.slice(2);
const command = COMMANDS[verb as keyof typeof COMMANDS];
if (command === undefined) {
  console.error(`There is no command ${verb}. Known: ${Object.keys(COMMANDS).join(", ")}.`);
  process.exitCode = 2;
} else {
  process.exitCode = await command.run(args);
}
