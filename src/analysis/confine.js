import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { Worker } from 'node:worker_threads';

// The first thing that a child runs, before any module of ours: `node --import confine.js … PARENT MEMORY`. Plain
// JavaScript, because nothing has taught Node to read TypeScript yet.
const [parent, memoryBytes] = process.argv.slice(2).map(Number);

// In a thread of its own: a decoder that never returns blocks this one.
new Worker(new URL('./watchdog.js', import.meta.url), { workerData: { parent, memoryBytes }, execArgv: [] }).unref();

/** Where the kernel gives no namespace, these are what stands between a decoder and the network. */
function closed() {
  throw new Error('this process has no network');
}

// TLS and HTTP, `fetch` and WebSockets among them, all connect by way of `net`.
for (const name of ['connect', 'createConnection', 'createServer']) net[name] = closed;
net.Socket.prototype.connect = closed;
net.Server.prototype.listen = closed;
dgram.createSocket = closed;
for (const name of ['bind', 'connect', 'send']) dgram.Socket.prototype[name] = closed;
for (const door of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(door)) {
    if (/^(lookup|resolve|reverse)/.test(name)) door[name] = closed;
  }
}
for (const name of ['WebSocket', 'EventSource']) if (name in globalThis) globalThis[name] = closed;
// Decoders bring their WebAssembly along as `data:` addresses, which lead nowhere.
const { fetch } = globalThis;
globalThis.fetch = async (address, ...rest) => (/^data:/i.test(String(address)) ? fetch(address, ...rest) : closed());
syncBuiltinESMExports();
