/** What Home says besides what there is. */

export const homeTexts = {
  allClear: '🎉 *Nothing is open.* When something fails, it stands here and in its channel.',
  nothingForYou: '🎉 Nothing needs you now.',
  guest:
    '👋 Kintsugi shows failures here to full members of this workspace. You can file one: press *Report a failure*.',
  unknown: 'Slack did not say who you are, so no failure is shown. Press *Refresh* in a moment.',
  trend: (days: number, total: number) => `${total} in ${days} days, each on the day it was last seen`,
};

export const more = (left: number, command: string): string => `… and ${left} more: \`/failure ${command}\``;
