/** `--password`, `-api-key`, `DB_TOKEN`: a name that says that its value is a secret. */
const secretName =
  /(?:^|[-_])(?:pass(?:word|wd|phrase)?s?|pwd|secrets?|tokens?|(?:api|access|private|signing)[-_]?key|credentials?|cookie|auth(?:orization)?)(?:$|[-_])/i;
const mask = '[redacted secret]';

/** A command as it may be shown: the values of arguments that are named as secrets are masked, joined to the name or after it. */
export function maskArguments(command: readonly string[]): string[] {
  return command.map((word, index) => {
    const [, name, value] = /^(-{0,2}[\w.-]+)=(.+)$/s.exec(word) ?? [];
    if (name !== undefined && value !== undefined) return isSecret(name) ? `${name}=${mask}` : word;
    const before = command[index - 1];
    const isValue = index > 1 && before !== undefined && /^--?[a-z]/i.test(before) && isSecret(before);
    return isValue && !/^--[a-z]/.test(word) ? mask : word;
  });
}

/** Also where the words run together: `dbPassword`, `apiKey`. */
function isSecret(name: string): boolean {
  return secretName.test(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2'));
}
