/** All but what every queue takes: some refuse a message because of one emoji in a program's output. */
const refusedSomewhere = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/g;

/** The same JSON, with characters that a queue may refuse in their escaped form. They only stand inside strings. */
export function plainJson(json: string): string {
  return json.replace(refusedSomewhere, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
