import type { AnalysisOptions } from '../../src/analysis/analysis-options.ts';
import { bareEnvironment } from '../../src/config.ts';

export const ANALYSIS_OPTIONS: AnalysisOptions = {
  pack: 'none',
  threads: 1,
  memoryMb: null,
  executionProviders: ['cpu'],
  timeoutMs: 60_000,
  maxSceneMegapixels: 1,
  sceneMemoryMb: 1024,
  allowedHosts: [],
  environment: bareEnvironment(),
};
