import { join, resolve } from 'node:path';
import { createWebAdapter } from '../chat/web/adapter.ts';
import { type Config, loadConfig, readEnvironment, secretsOf } from '../config.ts';
import { hideInLog, log, setLogLevel } from '../log.ts';
import { assemble, partsOf } from '../main.ts';
import { DEMO_SCENE } from '../scene/demo/demo-scene.ts';

/** How many ports after WEB_PORT are tried when it is taken. */
const PORT_TRIES = 50;

/** Serve until told to stop. Resolves when everything has been put away. */
export async function start(): Promise<void> {
  const config = loadConfig(readEnvironment(process.cwd()));
  setLogLevel(config.LOG_LEVEL);
  hideInLog(secretsOf(config));
  const web = webAdapter(config);
  const app = await assemble(config, { ...(await partsOf(config)), adapters: [web] });
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  try {
    await app.start();
    process.stdout.write(`spex-chat is ready: ${web.url()}\n`);
    log.info({ signal: await stopped }, 'stopping');
    // Whoever asks twice does not want to wait.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  } finally {
    await app.stop();
  }
}

function webAdapter(config: Config) {
  return createWebAdapter({
    host: config.WEB_HOST,
    port: config.WEB_PORT,
    tries: PORT_TRIES,
    folder: join(resolve(config.DATA_DIR), 'web'),
    limits: { uploadBytes: config.MAX_SCENE_MB * 2 ** 20, retentionDays: config.RETENTION_DAYS },
    demo: DEMO_SCENE,
  });
}
