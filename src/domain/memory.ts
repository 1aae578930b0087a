/** What a chat adapter may ask of what is kept: only platforms that need more than messages and replies do. */
export interface Memory {
  /** Somebody has spoken to us in this conversation, and it has not been forgotten. */
  isPartOf(conversation: string): Promise<boolean>;
}
