import type { Facts } from './finding.ts';
import type { LandCover } from './land-cover.ts';
import type { Artefact, MapLayers } from './picture.ts';
import type { Plan } from './plan.ts';

export type Platform = 'slack' | 'discord' | 'web' | 'terminal';

/** The languages we reply in. */
export type Language = 'en' | 'zh';

/** A file as the platform describes it; only its adapter can fetch it. */
export interface RemoteFile {
  readonly id: string;
  /** As the uploader named it: hostile until cleaned. */
  readonly name: string;
  /** Where the adapter fetches it from; opaque to everybody else. */
  readonly source: string;
  /** Bytes, as the platform reports it; null when it does not. */
  readonly size: number | null;
}

/** What a person sent us, with nothing left of the platform it came from but `origin`. Plain JSON: it is queued. */
export interface InboundMessage {
  /** Unique per delivery, so a redelivered event can be dropped: `slack:…`. */
  readonly id: string;
  /** `platform:workspace:channel:thread`. */
  readonly conversation: string;
  readonly platform: Platform;
  readonly author: { readonly id: string; readonly name: string };
  readonly text: string;
  readonly files: readonly RemoteFile[];
  /** The newest scene of this private chat, sent outside this conversation: taken when what is asked needs one and there is none. */
  readonly earlier?: readonly RemoteFile[];
  /** A pressed button says what to do without any words. */
  readonly plans?: readonly Plan[];
  /** Said where others talk as well, and not to us by name: only what our partner there asks of us is meant for us. */
  readonly overheard?: true;
  /** The platform's language setting for this person, when it tells; otherwise the words decide. */
  readonly language?: Language;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** What the adapter needs to answer (interaction token, message ts); opaque, plain JSON, stored with the job. */
  readonly origin?: Readonly<Record<string, string>>;
}

/** Who speaks: computed numbers, the SPEX model, a caveat, or the bot itself. */
export type Voice = 'measured' | 'model' | 'limits' | 'plain';

export interface Action {
  readonly label: string;
  readonly plans: readonly Plan[];
  readonly style?: 'primary' | 'danger';
}

/** Text inside blocks is plain text: adapters escape it for their platform, so nothing in it can ping or format. */
export type Block =
  | { readonly kind: 'text'; readonly voice: Voice; readonly text: string }
  | {
      readonly kind: 'headline';
      readonly title: string;
      /** `link`: an https address of more about it, made by us. */
      readonly numbers: readonly { readonly label: string; readonly value: string; readonly link?: string }[];
    }
  | {
      readonly kind: 'picture';
      readonly artefact: Artefact;
      readonly alt: string;
      /** The same to move about in, where the platform can. */
      readonly map?: MapLayers;
    }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
      readonly rows: readonly (readonly string[])[];
      /** The rows are regions of this target, their ids in the first column. */
      readonly regionsOf?: LandCover;
    }
  | { readonly kind: 'details'; readonly title: string; readonly lines: readonly string[] }
  | { readonly kind: 'files'; readonly artefacts: readonly Artefact[] }
  | { readonly kind: 'actions'; readonly actions: readonly Action[] };

/** What we post. Adapters lower each block to what their platform does natively. */
export interface Reply {
  readonly blocks: readonly Block[];
  readonly language: Language;
  /** The plans this reply carried out and the numbers it rests on: for `--json`, contracts and feedback. */
  readonly plans: readonly Plan[];
  readonly facts: readonly Facts[];
  /** Everything of the conversation has been deleted: an adapter that keeps something of it deletes that as well. */
  readonly forgotten?: true;
  /** Set when the reply reports a failure: the error's code, or the incident's id. */
  readonly failure?: { readonly code: string; readonly incident?: string };
}

export const STAGES = [
  'queued',
  'downloading',
  'reading',
  'indexing',
  'looking',
  'masking',
  'measuring',
  'explaining',
  'drawing',
] as const;

/** Where a long job stands. `done` of `total` units of the stage; total 0 = not countable. */
export interface Progress {
  readonly stage: (typeof STAGES)[number];
  readonly done: number;
  readonly total: number;
  /** Estimate of the time this stage still takes, from what has been measured of this job. */
  readonly remainingMs?: number;
  /** A sentence of the model's explanation, as soon as it has passed the check. */
  readonly sentence?: string;
}

/** A posted message that can still change. */
export interface PostedReply {
  /** Opaque; `ChatAdapter.resume` turns it back into this object after a restart. */
  readonly handle: string;
  /** May be called often: the adapter paces itself to the platform's limits. Never throws. */
  update(progress: Progress): Promise<void>;
  /** Replaces the progress by the reply. Exactly once. */
  finish(reply: Reply): Promise<void>;
}

/** A chat platform. Everything platform-specific stays behind these methods. */
export interface ChatAdapter {
  readonly platform: Platform;
  /** `onMessage` resolves when the message is safely stored: only then may whoever sent it be told that we have it. */
  start(onMessage: (message: InboundMessage) => Promise<void>): Promise<void>;
  /**
   * Post that work on `message` has begun, where it was asked.
   * @param again  an earlier process may have done it, and been killed before that was noted: where the platform can tell, what
   *               it has posted is taken up
   */
  post(message: InboundMessage, again?: boolean): Promise<PostedReply>;
  /** The posted reply of an earlier process, by its handle. */
  resume(message: InboundMessage, handle: string): Promise<PostedReply>;
  /**
   * Fetch an attached file to `path`.
   * @throws {UserFacingError} too large, expired, forbidden, not a scene file but a login page …
   */
  download(file: RemoteFile, path: string, limitBytes: number, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}
