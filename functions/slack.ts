import { slackHandler } from '../lib/adapters/slack/slack-app.ts';
import { slackApp } from '../lib/app.ts';

const app = await slackApp(process.env);

/** Clicks, forms and /failure: verified, answered within Slack's three seconds; whatever is slower goes to a queue. */
export const handler = slackHandler(app, app.slack);
