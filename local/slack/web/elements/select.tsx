import type { Option, PlainTextOption } from '@slack/types';
import { useEffect, useRef, useState } from 'react';
import type { OptionsAnswer, PageState } from '../../page-api.ts';
import { Avatar } from '../chat/avatar.tsx';
import { HashIcon, LockIcon } from '../icons.tsx';
import { send } from '../wire.ts';
import { useView } from '../workspace-context.ts';
import { type Choice, type ChoiceGroup, Combobox } from './combobox.tsx';
import { type ElementProps, hooks } from './element-hooks.ts';
import type { AnySelect, ElementValue } from './element-types.ts';
import { useSurface } from './surface.tsx';
import { useField } from './use-field.ts';
import { WarningMark } from './warning-mark.tsx';

type Groups = { label?: string; options: Option[] }[];

const optionChoice = (option: Option): Choice => ({
  key: option.value ?? '',
  label: option.text.text,
  description: option.description?.text,
});

function userChoices(page: PageState): Choice[] {
  return page.users.map((user) => ({
    key: user.id,
    label: user.realName || user.name,
    description: user.title,
    icon: <Avatar user={user} small />,
  }));
}

const channelChoices = (page: PageState): Choice[] =>
  page.channels
    .filter(({ id }) => !id.startsWith('D'))
    .map((channel) => ({
      key: channel.id,
      label: channel.name,
      description: channel.topic,
      icon: channel.isPrivate ? <LockIcon /> : <HashIcon />,
    }));

/** The key of what is chosen, whatever the element calls it. */
function chosenKeys(value: ElementValue): string[] {
  const [, held] = Object.entries(value).find(([key]) => key !== 'type') ?? [];
  const all: unknown[] = Array.isArray(held) ? held : held ? [held] : [];
  return all.map((one) => (typeof one === 'string' ? one : ((one as Option).value ?? '')));
}

/** Options that the app answers while a person types; asked for once the typing rests. */
function useExternalOptions(element: AnySelect, blockId: string) {
  const { page } = useView();
  const { on } = useSurface();
  const [answer, setAnswer] = useState<OptionsAnswer & { error?: string }>({});
  const [busy, setBusy] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(0);
  const least = 'min_query_length' in element ? (element.min_query_length ?? 3) : 3;
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = (query: string) => {
    clearTimeout(timer.current);
    asked.current += 1;
    if (query.length < least) {
      setAnswer({});
      setBusy(false);
      return;
    }
    const turn = asked.current;
    setBusy(true);
    timer.current = setTimeout(async () => {
      const found = await send('options', {
        user: page.user.id,
        on,
        blockId,
        actionId: element.action_id ?? '',
        value: query,
      });
      if (turn !== asked.current) return;
      setAnswer(found);
      setBusy(false);
    }, 250);
  };
  // Slack's own JSON, passed through by the server.
  const groups = (answer.option_groups as { label: { text: string }; options: Option[] }[] | undefined)?.map(
    (group) => ({
      label: group.label.text,
      options: group.options,
    }),
  ) ?? [{ options: (answer.options ?? []) as unknown as Option[] }];
  const words =
    answer.error ?? (least > 0 ? `Type at least ${least} ${least === 1 ? 'letter' : 'letters'}.` : 'Nothing found.');
  return { groups, ask, busy, empty: answer.options || answer.option_groups ? 'Nothing found.' : words };
}

function ownGroups(element: AnySelect): Groups {
  if (element.type !== 'static_select' && element.type !== 'multi_static_select') return [];
  return (
    element.option_groups?.map(({ label, options }) => ({ label: label.text, options })) ?? [
      { options: element.options ?? [] },
    ]
  );
}

function valueFor(element: AnySelect, chosen: Choice[], options: Option[]): ElementValue {
  const { type } = element;
  const keys = chosen.map(({ key }) => key);
  const first = keys[0] ?? null;
  const picked = keys.flatMap((key) => options.find((option) => option.value === key) ?? []);
  switch (type) {
    case 'static_select':
    case 'external_select':
      return { type, selected_option: picked[0] ?? null };
    case 'multi_static_select':
    case 'multi_external_select':
      return { type, selected_options: picked };
    case 'users_select':
      return { type, selected_user: first };
    case 'multi_users_select':
      return { type, selected_users: keys };
    case 'conversations_select':
      return { type, selected_conversation: first };
    case 'multi_conversations_select':
      return { type, selected_conversations: keys };
    case 'channels_select':
      return { type, selected_channel: first };
    case 'multi_channels_select':
      return { type, selected_channels: keys };
    default:
      return element satisfies never;
  }
}

export function SelectMenu(props: ElementProps<AnySelect>) {
  const { element, blockId } = props;
  const { page } = useView();
  const { value, choose, pending, mark } = useField<ElementValue>(props);
  const external = useExternalOptions(element, blockId);
  const isExternal = element.type.includes('external');
  const many = element.type.startsWith('multi_');

  const held =
    ('selected_options' in value && value.selected_options) ||
    ('selected_option' in value && value.selected_option ? [value.selected_option] : []);
  const groups: Groups = isExternal ? external.groups : ownGroups(element);
  const options = [...groups.flatMap((group) => group.options), ...(held as PlainTextOption[])];

  const people = element.type.includes('users') ? userChoices(page) : undefined;
  const places = element.type.includes('channels') ? channelChoices(page) : undefined;
  const both = element.type.includes('conversations') ? [...channelChoices(page), ...userChoices(page)] : undefined;
  const listed = people ?? places ?? both;
  const choiceGroups: ChoiceGroup[] = listed
    ? [{ choices: listed }]
    : groups.map(({ label, options: own }) => ({ ...(label ? { label } : {}), choices: own.map(optionChoice) }));
  const all = listed ?? options.map(optionChoice);
  const chosen = chosenKeys(value).map((key) => all.find((choice) => choice.key === key) ?? { key, label: key });

  return (
    <span className="pressable select">
      <Combobox
        groups={choiceGroups}
        chosen={chosen}
        many={many}
        max={'max_selected_items' in element ? element.max_selected_items : undefined}
        placeholder={element.placeholder?.text ?? (many ? 'Choose some' : 'Choose one')}
        {...(isExternal ? { onQuery: external.ask } : {})}
        empty={isExternal ? external.empty : 'Nothing found.'}
        busy={pending || external.busy}
        clearable={props.optional}
        labelledBy={props.labelledBy}
        describedBy={props.describedBy}
        invalid={props.invalid}
        data={{ ...hooks(blockId, element.action_id ?? ''), 'data-focus': element.focus_on_load || undefined }}
        onChange={(next) => choose(valueFor(element, next, options))}
      />
      <WarningMark words={mark} />
    </span>
  );
}
