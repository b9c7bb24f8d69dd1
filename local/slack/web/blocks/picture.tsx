import type { ImageBlock, ImageElement } from '@slack/types';
import { safeHref } from '../text/safe-link.ts';

export function Picture({ image, className }: { image: ImageElement | ImageBlock; className: string }) {
  const address = 'image_url' in image ? safeHref(image.image_url) : undefined;
  if (address === undefined) return <span className="quiet">{image.alt_text}</span>;
  return <img className={className} src={address} alt={image.alt_text} title={image.alt_text} loading="lazy" />;
}
