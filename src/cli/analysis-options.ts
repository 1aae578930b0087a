import { availableParallelism } from 'node:os';
import type { AnalysisOptions } from '../analysis/analysis-process.ts';
import { type Config, packFolder } from '../config.ts';

/** What the analysis needs of the configuration. `pack`: another folder than the configured one. */
export function analysisOptions(config: Config, pack: string = config.MODEL_PACK): AnalysisOptions {
  return {
    pack: packFolder(pack),
    threads: config.MODEL_THREADS ?? availableParallelism(),
    memoryMb: config.MODEL_MEMORY_MB ?? null,
    executionProviders: config.EXECUTION_PROVIDERS,
    timeoutMs: config.MODEL_TIMEOUT_S * 1000,
    maxSceneMegapixels: config.MAX_SCENE_MEGAPIXELS,
    allowedHosts: config.ALLOWED_HOSTS,
  };
}
