/** Slack's own types for what blocks hold; the page's server has already held every block against Slack's rules. */
import type {
  ActionsBlockElement,
  ContextActionsBlockElement,
  InputBlockElement,
  KnownBlock,
  MultiSelect,
  Option,
  Select,
} from '@slack/types';

export type Interactive = ActionsBlockElement | InputBlockElement | ContextActionsBlockElement;
export type AnySelect = Select | MultiSelect;
/** Newer than `@slack/types` knows. */
export type PageBlock = KnownBlock | { type: 'data_visualization'; block_id?: string };

export type ElementValue =
  | { type: string; value: string | null }
  | { type: string; selected_option: Option | null }
  | { type: string; selected_options: Option[] }
  | { type: string; selected_user: string | null }
  | { type: string; selected_users: string[] }
  | { type: string; selected_conversation: string | null }
  | { type: string; selected_conversations: string[] }
  | { type: string; selected_channel: string | null }
  | { type: string; selected_channels: string[] }
  | { type: string; selected_date: string | null }
  | { type: string; selected_time: string | null; timezone?: string }
  | { type: string; selected_date_time: number | null }
  | { type: string; rich_text_value: unknown };

/** block_id → action_id → value: Slack's `state.values`. */
export type StateValues = Record<string, Record<string, ElementValue>>;
