/** What must be kept and must not be readable where it is kept: tokens of workspaces that installed the app. */
export interface Secrets {
  /** @throws {UserFacingError} `wrong-usage` when it was kept under another key */
  get(name: string): Promise<string | null>;
  /** Replaces what was kept under this name. */
  put(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}
