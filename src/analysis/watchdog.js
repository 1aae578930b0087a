import { workerData } from 'node:worker_threads';

// The thread of `confine.js` that ends its process from inside: when the parent is gone, which a blocked loop would never
// see, and, where the parent cannot see its memory from outside, when that is too much.
const { parent, memoryBytes } = workerData;

const EVERY_MS = 500;

setInterval(() => {
  if (!isParent(parent)) process.kill(process.pid, 'SIGKILL');
  // The parent knows by this signal what happened.
  if (memoryBytes > 0 && process.memoryUsage.rss() > memoryBytes) process.kill(process.pid, 'SIGUSR2');
}, EVERY_MS);

/** Unix gives an orphan another parent; Windows keeps the number of the dead one. */
function isParent(pid) {
  if (process.ppid !== pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
