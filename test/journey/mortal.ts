export class Killed extends Error {
  readonly code = 'killed';
}

/** How many more calls to the world a process survives. */
export interface Life {
  callsLeft: number;
  isOver: boolean;
}

/** The same port, until its process is killed: right after the last call took effect, and before anybody heard of it. */
export function mortal<P extends object>(port: P, life: Life): P {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        if (life.isOver) throw new Killed('the process is gone');
        const answer: unknown = await member.apply(target, given);
        life.callsLeft -= 1;
        if (life.callsLeft <= 0) life.isOver = true;
        if (life.isOver) throw new Killed('killed before it heard the answer');
        return answer;
      };
    },
  });
}
