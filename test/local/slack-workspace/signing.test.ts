import { expect, it } from 'vitest';
import { sign } from '../../../local/slack/api/delivery/signing.ts';
import { setUp } from './setting.ts';

it("signs Slack's published example as Slack does", () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  expect(sign('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  );
});

it('signs the very bytes of commands, clicks and events, and says when', async () => {
  const { workspace, app } = await setUp();
  const ada = workspace.act('ada');
  await ada.command('shop', '/mend café 🏺');
  await ada.shortcut('report');
  ada.openHome();
  const requests = await app.until(3);
  expect(requests.map(({ headers }) => headers['content-type'])).toEqual([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded',
    'application/json',
  ]);
  for (const { headers, body } of requests) {
    const timestamp = String(headers['x-slack-request-timestamp']);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
    expect(headers['x-slack-signature']).toBe(sign(workspace.signingSecret, timestamp, body));
  }
});

it("passes Slack's challenge on to the app, and knows a wrong answer", async () => {
  const { workspace, app } = await setUp();
  app.answer = ({ fields }) => ({ body: { challenge: fields.challenge } });
  expect(await workspace.verifyRequestUrl()).toBe(true);
  app.answer = ({ fields }) => ({ body: fields.challenge });
  expect(await workspace.verifyRequestUrl()).toBe(true);
  app.answer = () => ({ body: 'ok' });
  expect(await workspace.verifyRequestUrl()).toBe(false);
});
