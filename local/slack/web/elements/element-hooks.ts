/** The names by which browser tests (and people with a debugger) find an element. */
export const hooks = (blockId: string, actionId: string) => ({ 'data-block-id': blockId, 'data-action-id': actionId });

/** What every element is told by the block it stands in. */
export interface ElementProps<Element> {
  element: Element;
  blockId: string;
  /** Inside an input block a change is only kept until the view is submitted, unless the block dispatches. */
  dispatches: boolean;
  /** Ids of the label and the hint or error that belong to it. */
  labelledBy?: string | undefined;
  describedBy?: string | undefined;
  invalid?: boolean | undefined;
  optional?: boolean | undefined;
}
