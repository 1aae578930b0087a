/** What the analysis needs of the configuration. Plain data: it is sent to child processes. */
export interface AnalysisOptions {
  /** Folder of the model pack. */
  readonly pack: string;
  readonly threads: number;
  /** The model refuses to load when it would need more than this, MiB; null = what the machine has. */
  readonly memoryMb: number | null;
  readonly executionProviders: readonly string[];
  /** What one call may compute at most, milliseconds; `timeLimitMs` says what is added. */
  readonly timeoutMs: number;
  readonly maxSceneMegapixels: number;
  /** Memory that a process which reads scenes may take, MiB. */
  readonly sceneMemoryMb: number;
  /** Hosts besides the shipped list from which a COG may be read. */
  readonly allowedHosts: readonly string[];
  /** The whole environment of the child processes. */
  readonly environment: Readonly<Record<string, string>>;
}
