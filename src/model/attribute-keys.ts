// Attribute names as small numbers. Dialects name the attributes that they read when they are loaded; ingest knows
// every other name by a number too, so that a span's attributes are found without making strings.

/** The number of a registered attribute name. */
export type AttributeKey = number & { readonly attributeKey: unique symbol };
/** The number of a registered prefix of attribute names, such as `llm.input_messages.`. */
export type AttributePrefix = number & { readonly attributePrefix: unique symbol };

const keys: string[] = [];
const numberOfKey = new Map<string, number>();
const prefixes: string[] = [];

/** Registers an attribute name. To be called while modules load. */
export function attributeKey(name: string): AttributeKey {
  const known = numberOfKey.get(name);
  if (known !== undefined) return known as AttributeKey;
  keys.push(name);
  numberOfKey.set(name, keys.length - 1);
  return (keys.length - 1) as AttributeKey;
}

/** Registers several names, the ones to be preferred first. */
export function attributeKeys(...names: readonly string[]): readonly AttributeKey[] {
  return names.map(attributeKey);
}

/** Registers a prefix of attribute names. To be called while modules load. */
export function attributePrefix(prefix: string): AttributePrefix {
  const known = prefixes.indexOf(prefix);
  if (known >= 0) return known as AttributePrefix;
  prefixes.push(prefix);
  return (prefixes.length - 1) as AttributePrefix;
}

/** All registered names: the index is the key's number. */
export function registeredKeys(): readonly string[] {
  return keys;
}

/** All registered prefixes: the index is the prefix's number. */
export function registeredPrefixes(): readonly string[] {
  return prefixes;
}

export function keyName(key: AttributeKey): string {
  return keys[key] as string;
}
