import { setTimeout as sleep } from 'node:timers/promises';
import { webApi } from '@slack/bolt';

/** Waits for the same method, one after the other; after that whoever called decides. */
const TRIES = 10;
/** Calls that waited together do not come back together. */
const SPREAD_MS = 500;

/**
 * Waits where Slack asks it to, and tries again. Slack counts by method and workspace (docs.slack.dev, Rate limits), so what waits
 * is that method: Slack's own client pauses every call that goes through it.
 */
export class PatientClient extends webApi.WebClient {
  /** When a method that was limited may be called again, by `performance.now()`. */
  readonly #openAt = new Map<string, number>();

  constructor(token: string, options: webApi.WebClientOptions) {
    super(token, { ...options, rejectRateLimitedCalls: true });
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<webApi.WebAPICallResult> {
    for (let tries = 1; ; tries++) {
      const wait = (this.#openAt.get(method) ?? 0) - performance.now();
      if (wait > 0) await sleep(wait + Math.random() * SPREAD_MS);
      try {
        return await super.apiCall(method, options);
      } catch (error) {
        if (!isRateLimited(error) || tries === TRIES) throw error;
        this.#openAt.set(method, performance.now() + error.retryAfter * 1_000);
      }
    }
  }
}

const isRateLimited = (error: unknown): error is webApi.WebAPIRateLimitedError =>
  error instanceof Error && 'code' in error && error.code === webApi.ErrorCode.RateLimitedError;
