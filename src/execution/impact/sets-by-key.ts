/** Adds a value to those of a key. */
export function put(sets: Map<string, Set<string>>, key: string, value: string): void {
  const values = sets.get(key);
  if (values) values.add(value);
  else sets.set(key, new Set([value]));
}

/** Takes a value from those of a key; a key without values is gone. */
export function take(sets: Map<string, Set<string>>, key: string, value: string): void {
  const values = sets.get(key);
  values?.delete(value);
  if (values?.size === 0) sets.delete(key);
}
