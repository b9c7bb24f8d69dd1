/** What `/failure help` answers. */
export const helpText = [
  '*What you can do*',
  '`/failure report` words: file a failure. A form opens, with your words filled in.',
  '`/failure list`: what is open, worst first. Narrow it: `/failure list severity>=3 component:shop`',
  '`/failure show F-7K3Q9D`: everything about one failure.',
  '`/failure export F-7K3Q9D`: its report as Markdown.',
  '`/failure queue shop`: what is to be done, in its order, and what holds it up. Without a name: everything.',
  '`/failure gate shop`: whether work on it goes on; open it or shut it. Without a name: every gate that is shut.',
  '`/failure diagnose shop`: look at its services, ports, disk and errors. It changes nothing.',
  '`/failure clean shop`: clean recovery. `/failure clean shop --dry-run` only shows what it would do.',
  '`/failure runners`: who can recover what, and who has fallen silent.',
  '`/failure help`: this text.',
  '',
  'A failure has a card in its channel, and all detail is in the card’s thread. *Acknowledge* says that you are on it.',
].join('\n');
