/** The disk, as seen by whoever wants to write to it. */
export interface Room {
  /** Bytes that may still be written before the reserve is touched; negative when it is. */
  spare(): Promise<number>;
}
