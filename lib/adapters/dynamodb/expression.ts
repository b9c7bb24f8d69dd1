/** Update expressions with names and values in placeholders, as DynamoDB wants them. */

type Path = string | readonly string[];
type Place = { name: (path: Path) => string; value: (value: unknown) => string };
export type Condition = (place: Place) => string;

export const exists =
  (path: Path): Condition =>
  ({ name }) =>
    `attribute_exists(${name(path)})`;

export const absent =
  (path: Path): Condition =>
  ({ name }) =>
    `attribute_not_exists(${name(path)})`;

/** False when the attribute is absent. */
export const compare =
  (path: Path, operator: '=' | '<' | '<=' | '>' | '>=', than: unknown): Condition =>
  ({ name, value }) =>
    `${name(path)} ${operator} ${value(than)}`;

export const either =
  (...conditions: Condition[]): Condition =>
  (place) =>
    `(${conditions.map((condition) => condition(place)).join(' OR ')})`;

export const both =
  (...conditions: Condition[]): Condition =>
  (place) =>
    `(${conditions.map((condition) => condition(place)).join(' AND ')})`;

/** The attribute is as it was read, be it absent. */
export const asRead = (attribute: string, value: unknown): Condition =>
  value === undefined ? absent(attribute) : compare(attribute, '=', value);

export interface Update {
  set(attribute: string, value: unknown): Update;
  setIfAbsent(attribute: string, value: unknown): Update;
  add(attribute: string, amount: number): Update;
  remove(...attributes: string[]): Update;
  /** All of them must hold. */
  when(...conditions: Condition[]): Update;
  build(): {
    UpdateExpression: string;
    ConditionExpression?: string;
    ExpressionAttributeNames: Record<string, string>;
    ExpressionAttributeValues?: Record<string, unknown>;
  };
}

export function placeholders(): Place & { names: Record<string, string>; values: Record<string, unknown> } {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const known = new Map<string, string>();
  const one = (attribute: string): string => {
    const before = known.get(attribute);
    if (before !== undefined) return before;
    const placeholder = `#n${known.size}`;
    known.set(attribute, placeholder);
    names[placeholder] = attribute;
    return placeholder;
  };
  return {
    names,
    values,
    name: (path) => (typeof path === 'string' ? one(path) : path.map(one).join('.')),
    value: (value) => {
      const placeholder = `:v${Object.keys(values).length}`;
      values[placeholder] = value;
      return placeholder;
    },
  };
}

export function update(): Update {
  const place = placeholders();
  const sets: string[] = [];
  const adds: string[] = [];
  const removes = new Set<string>();
  const conditions: string[] = [];
  const draft: Update = {
    set(attribute, value) {
      sets.push(`${place.name(attribute)} = ${place.value(value)}`);
      return draft;
    },
    setIfAbsent(attribute, value) {
      const name = place.name(attribute);
      sets.push(`${name} = if_not_exists(${name}, ${place.value(value)})`);
      return draft;
    },
    add(attribute, amount) {
      adds.push(`${place.name(attribute)} ${place.value(amount)}`);
      return draft;
    },
    remove(...attributes) {
      for (const attribute of attributes) removes.add(place.name(attribute));
      return draft;
    },
    when(...more) {
      conditions.push(...more.map((condition) => condition(place)));
      return draft;
    },
    build() {
      const clauses = [
        sets.length > 0 ? `SET ${sets.join(', ')}` : '',
        removes.size > 0 ? `REMOVE ${[...removes].join(', ')}` : '',
        adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
      ];
      return {
        UpdateExpression: clauses.filter((clause) => clause !== '').join(' '),
        ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
        ExpressionAttributeNames: place.names,
        ...(Object.keys(place.values).length > 0 ? { ExpressionAttributeValues: place.values } : {}),
      };
    },
  };
  return draft;
}
