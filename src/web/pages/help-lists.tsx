import { activeTables } from "../base/commands.ts";
import { HelpList } from "../widgets/help.tsx";
import { COMMAND_TABLES } from "./command-tables.ts";

/** The keys of what is open, then those of everything else. */
export function HelpLists() {
  const here = activeTables.value;
  const rest = COMMAND_TABLES.filter((table) => !here.includes(table));
  // Those of the sidebar's pages are in no list, and come first.
  const inOrder = here.toSorted((a, b) => COMMAND_TABLES.indexOf(a) - COMMAND_TABLES.indexOf(b));
  return (
    <>
      <HelpList title="Here" tables={inOrder} />
      <HelpList title="On other pages and in other views" tables={rest} />
    </>
  );
}
