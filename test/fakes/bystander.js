// A process with nothing to do but to notice how late it gets to run, milliseconds; see watched.ts.
const STEP_MS = 5;
let before = performance.now();
let late = 0;
setInterval(() => {
  const now = performance.now();
  late = Math.max(late, now - before - STEP_MS);
  before = now;
}, STEP_MS);
process.on('message', () => process.send(late));
process.send('ready');
