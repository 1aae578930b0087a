import { lookup } from 'node:dns/promises';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

/** A scene host that does as the request says: answers, hangs, grows, dies. For scene-pool.test.ts. */
const readyAt = performance.now();
let calls = 0;
const send = (message: object): void => void process.send?.(message);
const result = (value: object): void => send({ kind: 'result', result: value });
const failure = { code: null, reply: '', zh: null, message: 'index out of range', stack: 'Error: at x' };

interface Asked {
  readonly do?: string;
  readonly ms?: number;
  readonly prompts?: readonly string[];
  readonly values?: Float32Array;
  readonly names?: string;
}

const DEEDS: Readonly<Record<string, (request: Asked) => void>> = {
  wait: ({ ms = 0 }) => void setTimeout(() => result({ pid: process.pid }), ms),
  /** Computes a tenth of the time. */
  starve: ({ ms = 0 }) => {
    const end = performance.now() + ms;
    const timer = setInterval(() => {
      for (const until = performance.now() + 10; performance.now() < until; );
      if (performance.now() < end) return;
      clearInterval(timer);
      result({ pid: process.pid });
    }, 100);
  },
  burn: ({ ms = 0 }) => {
    while (process.cpuUsage().user < ms * 1_000);
    result({ pid: process.pid });
  },
  hang: () => {
    send({ kind: 'progress', progress: { stage: 'looking', done: 0, total: 0 } });
    for (;;);
  },
  chatter: () =>
    void setInterval(() => send({ kind: 'progress', progress: { stage: 'looking', done: 1, total: 2 } }), 50),
  grow: () => {
    const held: Buffer[] = [];
    setInterval(() => held.push(Buffer.alloc(32 * 2 ** 20, 1)), 20);
  },
  die: () => process.exit(7),
  babble: () => send({ kind: 'progress', progress: { stage: 'nonsense' } }),
  refuse: () => send({ kind: 'failure', failure: { ...failure, code: 'band-missing', reply: 'No nir band.' } }),
  break: () => send({ kind: 'failure', failure }),
  name: ({ names = '' }) => result({ info: { maskFile: names } }),
  unpack: ({ names = '' }) => {
    mkdirSync(`${names}.${process.pid}.part`, { recursive: true });
    process.exit(7);
  },
  environment: () => result(process.env),
  network: () => void network().then(result),
  ask: ({ prompts = [] }) => {
    const answers: unknown[] = [];
    const next = (): void => {
      if (answers.length === prompts.length) result(answers);
      else
        send({
          kind: 'model',
          id: answers.length,
          ask: { what: 'answer', key: 'chip', prompt: prompts[answers.length] },
        });
    };
    process.on('message', (message: { kind: string; answer: unknown; failure: unknown }) => {
      if (message.kind === 'refusal') send({ kind: 'failure', failure: message.failure });
      if (message.kind !== 'answer') return;
      answers.push(message.answer);
      next();
    });
    next();
  },
};

process.on('message', (message: { kind: string; request: Asked }) => {
  if (message.kind !== 'call') return;
  const { request } = message;
  const deed = DEEDS[request.do ?? ''];
  if (deed) {
    deed(request);
    return;
  }
  send({ kind: 'progress', progress: { stage: 'looking', done: 1, total: 2 } });
  const waitedMs = performance.now() - readyAt;
  result({ pid: process.pid, calls: ++calls, waitedMs, sum: request.values?.reduce((a, b) => a + b, 0) });
});
process.send?.('ready');

async function network(): Promise<Record<string, string>> {
  const doors: Readonly<Record<string, () => unknown>> = {
    fetch: () => fetch('http://127.0.0.1:9/'),
    lookup: () => lookup('localhost'),
    connect: () => connect(9, '127.0.0.1'),
    http: async () => (await import('node:http')).get('http://127.0.0.1:9/'),
    https: async () => (await import('node:https')).get('https://127.0.0.1:9/'),
    tls: async () => (await import('node:tls')).connect(9, '127.0.0.1'),
    http2: async () => (await import('node:http2')).connect('http://127.0.0.1:9/'),
    udp: async () => (await import('node:dgram')).createSocket('udp4'),
    listen: async () => (await import('node:net')).createServer().listen(0),
  };
  const said: Record<string, string> = {
    interfaces: Object.keys(networkInterfaces()).join(),
    // Decoders come with their WebAssembly in such an address.
    inside: await (await fetch('data:text/plain,decoder')).text(),
  };
  for (const [name, open] of Object.entries(doors)) {
    try {
      await open();
      said[name] = 'open';
    } catch (error) {
      said[name] = (error as Error).message;
    }
  }
  return said;
}
