import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * To be imported before anything else by a process that is going to be killed: it counts what the process writes (the files of
 * the database and others, sockets) and ends it, as a power cut would end it, right before the write it was told.
 */
let left = Number.POSITIVE_INFINITY;

/** End this process before its `n`th write from now on; 0 = never. */
export function killBeforeWrite(n: number): void {
  left = n || Number.POSITIVE_INFINITY;
}

function countCallsOf<Owner extends object>(owner: Owner, names: readonly (keyof Owner & string)[]): void {
  for (const name of names) {
    const original = owner[name] as (...given: unknown[]) => unknown;
    const counted = function (this: unknown, ...given: unknown[]): unknown {
      if (--left === 0) process.kill(process.pid, 'SIGKILL');
      return original.apply(this, given);
    };
    owner[name] = counted as Owner[keyof Owner & string];
  }
}

countCallsOf(fs, ['writeSync', 'renameSync', 'rmSync', 'write', 'writev']);
countCallsOf(fs.promises, ['rename', 'rm', 'link', 'open', 'writeFile', 'mkdir']);
countCallsOf(net.Socket.prototype, ['write']);
syncBuiltinESMExports();
