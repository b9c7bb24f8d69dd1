import type { PrivateAnswer } from '../answer-privately.ts';
import { limits } from '../limits.ts';
import { preformatted, richText, section, text } from './rich-text.ts';

/** A response URL takes five messages. */
const mostPieces = 5;
/** Of one preformatted block, with room for its heading. */
const pieceLength = limits.messageText - 500;

/**
 * A long text, whole, as several private messages that can be copied. What is too long even for them is said loudly, with
 * where the whole of it is.
 */
export function textPieces(
  whole: string,
  { heading, elsewhere }: { heading: string; elsewhere: string },
): PrivateAnswer[] {
  const pieces = cut(whole);
  const shown = pieces.slice(0, mostPieces);
  return shown.map((piece, index) => {
    const number = pieces.length > 1 ? ` (${index + 1} of ${pieces.length})` : '';
    const isCut = index === mostPieces - 1 && pieces.length > mostPieces;
    return {
      text: `${heading}${number}`,
      blocks: [
        richText(section(text(`${heading}${number}`, { bold: true })), preformatted(piece)),
        ...(isCut ? [loudly(`NOT ALL OF IT FITS INTO SLACK. ${elsewhere}`)] : []),
      ],
    };
  });
}

/** The pieces after this one did not get there in time. */
export function cutShort(
  { text: words, blocks = [] }: PrivateAnswer,
  { left, elsewhere }: { left: number; elsewhere: string },
): PrivateAnswer {
  const rest = left === 1 ? 'THE LAST PIECE' : `${left} MORE PIECES`;
  return { text: words, blocks: [...blocks, loudly(`SLACK WAS TOO SLOW FOR ${rest}. ${elsewhere}`)] };
}

function loudly(words: string) {
  return richText(section(text(`⚠️ ${words}`, { bold: true })));
}

/** Between lines where that is possible; a line that is longer than a piece is cut between characters. */
function cut(whole: string): string[] {
  const pieces: string[][] = [];
  let room = 0;
  for (const line of whole.split('\n').flatMap(shortened)) {
    const length = Array.from(line).length + 1;
    if (length > room) {
      pieces.push([]);
      room = pieceLength + 1;
    }
    pieces.at(-1)?.push(line);
    room -= length;
  }
  return pieces.map((lines) => lines.join('\n'));
}

function shortened(line: string): string[] {
  const points = Array.from(line);
  const parts = [];
  for (let at = 0; at < points.length; at += pieceLength) parts.push(points.slice(at, at + pieceLength).join(''));
  return parts.length > 0 ? parts : [''];
}
