import { fileURLToPath } from 'node:url';

/** The scene that comes with the bot: an invented valley, 512 × 512 pixels of 10 m, six bands (`make-demo-scene.ts`). */
export const DEMO_SCENE = {
  name: 'valley.tif',
  path: fileURLToPath(new URL('./valley.tif', import.meta.url)),
} as const;
