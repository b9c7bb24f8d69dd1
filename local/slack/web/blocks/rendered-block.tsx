import { type Block, Message } from 'slack-blocks-to-jsx';
import { Link } from '../text/inline-view.tsx';
import { useView } from '../workspace-context.ts';

/** Blocks that only show something and hold no mrkdwn: charts, Markdown, plans, video, as slack-blocks-to-jsx draws them. */
export function RenderedBlock({ block }: { block: unknown }) {
  const { page, theme } = useView();
  return (
    <Message
      // Slack's own JSON: the server has held it against Slack's rules.
      blocks={[block as Block]}
      logo=""
      name=""
      theme={theme}
      withoutWrapper
      data={{
        users: page.users,
        channels: page.channels,
        user_groups: page.userGroups.map(({ id, handle }) => ({ id, name: handle })),
      }}
      hooks={{ link: ({ href, children }) => <Link to={href}>{children}</Link> }}
    />
  );
}
