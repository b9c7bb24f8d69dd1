import { z } from 'zod';
import type { Core, OpenView } from '../core.ts';
import { SlackError } from '../slack-error.ts';
import type { TriggerOrigin } from '../state/triggers.ts';
import { checkedView, highestStack, publishHome, replaceView, showOnTop, slackView } from '../views/open-views.ts';
import { defineMethod, structure } from './method.ts';

function exchangeTrigger(core: Core, trigger: string | undefined): TriggerOrigin {
  const verdict = core.triggers.exchange(trigger ?? '');
  if (verdict.kind === 'refused') throw new SlackError(verdict.error);
  return verdict.origin;
}

const opening = z.object({
  trigger_id: z.string().optional(),
  interactivity_pointer: z.string().optional(),
  view: structure,
});

function viewToUpdate(core: Core, args: { view_id?: string | undefined; external_id?: string | undefined }): OpenView {
  const { view_id, external_id } = args;
  const found = core.screens.findModal((open) =>
    view_id === undefined ? open.view.external_id === external_id : open.id === view_id,
  );
  if (!found || (view_id === undefined && !external_id)) throw new SlackError('not_found');
  return found;
}

export const viewMethods = [
  defineMethod({
    name: 'views.open',
    tier: 4,
    args: opening,
    run(core, args) {
      const view = checkedView(core, args.view, 'modal');
      const origin = exchangeTrigger(core, args.trigger_id ?? args.interactivity_pointer);
      return { view: slackView(core, showOnTop(core, origin, view, [])) };
    },
  }),
  defineMethod({
    name: 'views.push',
    tier: 4,
    args: opening,
    run(core, args) {
      const view = checkedView(core, args.view, 'modal');
      const origin = exchangeTrigger(core, args.trigger_id ?? args.interactivity_pointer);
      const stack = core.screens.modals(origin.user);
      if (!stack.some((open) => open.id === origin.viewId)) throw new SlackError('not_found');
      if (stack.length >= highestStack) throw new SlackError('push_limit_reached');
      return { view: slackView(core, showOnTop(core, origin, view, stack)) };
    },
  }),
  defineMethod({
    name: 'views.update',
    tier: 4,
    args: z.object({
      view: structure,
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
    }),
    run(core, args) {
      const old = viewToUpdate(core, args);
      const view = checkedView(core, args.view, 'modal', old.id);
      if (args.hash !== undefined && args.hash !== old.hash) throw new SlackError('hash_conflict');
      return { view: slackView(core, replaceView(core, old, view)) };
    },
  }),
  defineMethod({
    name: 'views.publish',
    tier: 4,
    args: z.object({ user_id: z.string(), view: structure, hash: z.string().optional() }),
    run(core, args) {
      if (!core.app.manifest.features.app_home.home_tab_enabled) throw new SlackError('not_enabled');
      const user = core.store.user(args.user_id);
      if (!user || user.isBot) throw new SlackError('user_not_found');
      const view = checkedView(core, args.view, 'home');
      const old = core.store.home(user.id);
      if (args.hash !== undefined && args.hash !== (old?.hash ?? '')) throw new SlackError('hash_conflict');
      return { view: slackView(core, publishHome(core, user.id, view)) };
    },
  }),
];
