import { commandTable } from "../../base/command-table.ts";

export const CONVERSATION_COMMANDS = commandTable("Conversation", {
  next: ["Next turn", "j", "ArrowDown"],
  previous: ["Previous turn", "k", "ArrowUp"],
  someOn: ["Some turns on", "PageDown"],
  someBack: ["Some turns back", "PageUp"],
  first: ["First turn", "Home"],
  last: ["Last turn", "End"],
  open: ["Show the turn's span", "Enter", "o"],
  close: ["Close the details, then select nothing", "Escape"],
  find: ["Find in the conversation", "/"],
  raw: ["Texts as they were sent, or as Markdown", "m"],
});
