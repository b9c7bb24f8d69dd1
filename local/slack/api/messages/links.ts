import type { Core } from '../core.ts';
import type { Message } from '../state/model.ts';

/** The links of a message that belong to the app's domains. */
export function linksIn({ app }: Core, { text }: Pick<Message, 'text'>): { url: string; domain: string }[] {
  const domains = app.manifest.features.unfurl_domains;
  return [...text.matchAll(/<(https?:\/\/[^>|]+)/g)].flatMap(([, url]) => {
    const domain = url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname;
    return url !== undefined && domain !== undefined && domains.includes(domain) ? [{ url, domain }] : [];
  });
}
