/** A child that answers like the real one, or never, or dies: for analysis-process.test.ts. */
process.on(
  'message',
  (message: { kind: string; id: number; method: string; request: { do?: string; values?: Float32Array } }) => {
    if (message.kind !== 'call') return;
    const { id, request } = message;
    if (request.do === 'die') process.exit(7);
    if (request.do === 'hang') return;
    if (request.do === 'refuse') {
      process.send?.({
        kind: 'failure',
        id,
        code: 'band-missing',
        reply: 'No nir band.',
        message: 'band-missing',
        stack: '',
      });
      return;
    }
    if (request.do === 'break') {
      process.send?.({
        kind: 'failure',
        id,
        code: null,
        reply: '',
        message: 'index out of range',
        stack: 'Error: at x',
      });
      return;
    }
    process.send?.({ kind: 'progress', id, progress: { stage: 'looking', done: 1, total: 2 } });
    process.send?.({
      kind: 'result',
      id,
      result: { pid: process.pid, sum: request.values?.reduce((a, b) => a + b, 0) },
    });
  },
);
