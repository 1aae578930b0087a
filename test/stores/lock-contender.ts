import { lockFolder } from '../../src/stores/folder-lock.ts';

/** A process that wants a folder at a given moment (`folder-lock.test.ts`). */
let unlock: (() => void) | null = null;

process.on('message', ({ folder, at }: { folder: string | null; at: number }) => {
  if (folder === null) {
    unlock?.();
    unlock = null;
    process.send!({ holds: false });
    return;
  }
  while (Date.now() < at); // to the millisecond
  try {
    unlock = lockFolder(folder);
  } catch {
    unlock = null;
  }
  process.send!({ holds: unlock !== null });
});
process.send!({ ready: true });
