import "./choice.css";

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly title: string; readonly hint?: string }[];
  readonly selected: T;
  readonly onSelect: (value: T) => void;
}

/** One of a few, all of them in sight. */
export function Choice<T extends string>({ label, options, selected, onSelect }: ChoiceProps<T>) {
  return (
    <fieldset class="choice" aria-label={label}>
      {options.map(({ value, title, hint }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === selected}
          data-tip={hint}
          onClick={() => onSelect(value)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}
