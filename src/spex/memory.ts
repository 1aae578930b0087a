import { UserFacingError } from '../errors.ts';
import type { VisionSizes } from './architecture.ts';
import { kvBytes } from './kv-cache.ts';
import { kvSizes } from './language-model.ts';
import type { LoadedPack } from './pack.ts';

/**
 * Refuses a pack that will not fit, before anything is loaded: a process that swaps or is killed in the middle tells
 * nobody why.
 *
 * @param limitMb  what this process may take, MiB; without it, what the machine or the container has free
 * @throws {UserFacingError} `model-unavailable` with both numbers
 */
export function checkMemory(loaded: LoadedPack, limitMb: number | undefined): void {
  const needed = memoryNeeded(loaded);
  const available = limitMb ?? process.availableMemory() / MIB;
  if (needed <= available) return;
  throw new UserFacingError(
    'model-unavailable',
    `The model pack ${loaded.pack.name} needs about ${Math.ceil(needed)} MiB of memory and ${Math.floor(available)} MiB are ` +
      `${limitMb === undefined ? 'free' : 'allowed'}. ` +
      `${limitMb === undefined ? 'Free some, or use' : 'Raise the limit, or use'} a pack with smaller weights (spex-chat convert --weights int4).`,
  );
}

/** Estimate for one chip and one answer, MiB. Checked against measured peaks: see the benchmark `spex-full`. */
export function memoryNeeded({ pack, sizes }: LoadedPack): number {
  const { vision, language } = pack.architecture;
  let weights = 0;
  for (const [name, bytes] of sizes) {
    const [part] = name.split('.');
    // Half floats are expanded when a session is made, except in the embedding table, whose rows are expanded one by one.
    const expanded =
      part === 'embed' || part === 'tokenizer' ? 1 : pack.measured.weights === 'fp32' ? 1 : EXPANSION[part!];
    weights += bytes * (expanded ?? 1);
  }
  const side = pack.input.chip;
  const activations = 4 * side ** 2 * widestMaps(vision);
  const positions = language.context < 2048 ? language.context : 2048;
  return (PROCESS_BYTES + weights + activations + 2 * kvBytes(kvSizes(language), positions)) / MIB;
}

/** Channels at full resolution that the widest maps alive at once amount to. */
function widestMaps(vision: VisionSizes): number {
  // Of InternImage a hidden layer of the first level, at a quarter of the side, and some copies.
  if (!vision.trunk) return (vision.channels * vision.mlpRatio * 4) / 16;
  return PRETRAINED_MAPS;
}

const MIB = 1024 * 1024;

/** Of a pretrained trunk: measured 252 MiB for a chip of 512 pixels with EfficientNet-Lite0, a MiB a channel; the fine branch holds most of it. */
const PRETRAINED_MAPS = 252;

/** Node with ONNX Runtime and no model. */
const PROCESS_BYTES = 120 * MIB;

/** Bytes in memory per byte in the file, for packs that store half floats. */
const EXPANSION: Readonly<Record<string, number>> = { vision: 2, mask: 2 };
