import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { sqlInsertion, sqlSchema } from "../../state/sql.ts";
import type { SqlTable } from "../../state/sql-words.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { shortType } from "./sql-completion.ts";

/** The tables and their columns; a click puts a name into the query. */
export function SchemaList() {
  return (
    <nav class="schema" aria-label="Tables">
      <Loaded from={sqlSchema}>
        {({ tables }) => (
          <ul>
            {tables.map((table) => (
              <TableEntry key={table.name} table={table} />
            ))}
          </ul>
        )}
      </Loaded>
    </nav>
  );
}

function TableEntry({ table: { name, doc, columns } }: { readonly table: SqlTable }) {
  const isOpen = queryValue(place.value.query, "table") === name;
  return (
    <li>
      <div class="schema-table">
        <button
          type="button"
          class="schema-toggle"
          aria-expanded={isOpen}
          data-tip={doc}
          onClick={() => setQuery({ table: isOpen ? undefined : name }, "quiet")}
        >
          <Icon name={isOpen ? "down" : "right"} size={12} />
          {name}
        </button>
        <button
          type="button"
          class="schema-insert"
          aria-label={`Put ${name} into the query`}
          onClick={() => insert(name)}
        >
          <Icon name="outside" size={12} />
        </button>
      </div>
      {isOpen && (
        <ul>
          {columns.map((column) => (
            <li key={column.name}>
              <button type="button" class="schema-column" data-tip={column.doc} onClick={() => insert(column.name)}>
                <span>{column.name}</span>
                <span class="muted">{shortType(column.type)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function insert(text: string): void {
  sqlInsertion.value = { text };
}
