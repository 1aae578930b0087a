/** A model host that answers with the key it was asked for, or does as the prompt says. For model-process.test.ts. */
process.on('message', (message: { kind: string; id: number; ask: { what: string; key?: string; prompt?: string } }) => {
  const { kind, id, ask } = message;
  const send = (what: object): void => void process.send?.({ id, ...what });
  if (kind === 'abort')
    send({ kind: 'failure', failure: { code: null, reply: '', zh: null, message: 'aborted', stack: '' } });
  if (kind !== 'ask' || ask.prompt === 'hang') return;
  if (ask.prompt === 'die') process.exit(7);
  if (ask.what === 'answer') send({ kind: 'text', text: 'so far' });
  const ms = ask.prompt === 'slow' ? 700 : 20;
  setTimeout(() => send({ kind: 'answer', answer: { pid: process.pid, what: ask.what, key: ask.key } }), ms);
});
process.send?.('ready');
