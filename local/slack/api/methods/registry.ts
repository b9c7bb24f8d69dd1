import { authMethods } from './auth.ts';
import { blockMethods } from './blocks.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { historyMethods } from './history.ts';
import type { Method } from './method.ts';
import { postMethods } from './post.ts';
import { reactionMethods } from './reactions.ts';
import { unfurlMethods } from './unfurl.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

export const methods: ReadonlyMap<string, Method> = new Map(
  [
    ...authMethods,
    ...blockMethods,
    ...postMethods,
    ...chatMethods,
    ...conversationMethods,
    ...historyMethods,
    ...reactionMethods,
    ...unfurlMethods,
    ...userMethods,
    ...viewMethods,
  ].map((method) => [method.name, method]),
);
