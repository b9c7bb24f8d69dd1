import { z } from 'zod';

/** One input's state as Slack sends it; which part is filled depends on the element. */
const Element = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_user: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_date_time: z.number().nullish(),
});
/** `view.state.values`: block → element → what was entered. */
const Values = z.record(z.string(), z.record(z.string(), Element));

/** What was entered in a form whose inputs have one id for block and element. */
export interface Entered {
  /** Trimmed; empty when nothing was typed. */
  words(name: string): string;
  choice(name: string): string | undefined;
  /** Check boxes. */
  choices(name: string): string[];
  person(name: string): string | undefined;
  /** `yyyy-mm-dd` */
  date(name: string): string | undefined;
  moment(name: string): Date | undefined;
}

export function readEntered(values: unknown): Entered {
  const entered = Values.parse(values);
  const at = (name: string) => entered[name]?.[name];
  return {
    words: (name) => at(name)?.value?.trim() ?? '',
    choice: (name) => at(name)?.selected_option?.value,
    choices: (name) => at(name)?.selected_options?.map(({ value }) => value) ?? [],
    person: (name) => at(name)?.selected_user ?? undefined,
    date: (name) => at(name)?.selected_date ?? undefined,
    moment(name) {
      const seconds = at(name)?.selected_date_time;
      return typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;
    },
  };
}
