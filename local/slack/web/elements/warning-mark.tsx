/** What Slack shows at an element when the app did not answer. */
export function WarningMark({ words }: { words: string | undefined }) {
  if (words === undefined) return null;
  return (
    <span className="warning-mark" role="alert" data-testid="warning" title={words}>
      <span aria-hidden="true">⚠</span>
      <span className="warning-words">{words}</span>
    </span>
  );
}
