/** Bounds on what a stream may hold, so that nobody else's history can exhaust memory. */
export const limits = {
  messageBytesMax: 4 * 1024 * 1024,
  attachmentBytesMax: 100 * 1024 * 1024,
  streamCommitsMax: 100_000,
  /** Of all commits of a stream that is received, and of the trees of its attachments. */
  streamBytesMax: 64 * 1024 * 1024,
  parentsMax: 64,
  titleCharactersMax: 1000,
} as const;
