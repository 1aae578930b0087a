/**
 * What Discord accepts: lengths in UTF-16 units, counts in items, sizes in bytes. From the component, message and
 * application command references (docs.discord.com/developers); where Discord names no limit the value is ours and says so.
 */
export const LIMITS = {
  /** Nested ones included. */
  components: 40,
  /** Of all texts of a message together. */
  messageText: 4_000,
  galleryItems: 10,
  altText: 1_024,
  rowButtons: 5,
  buttonLabel: 80,
  customId: 100,
  selectOptions: 25,
  optionLabel: 100,
  optionValue: 100,
  placeholder: 150,
  attachments: 10,
  /** Of one file: what every place has taken since 2025. */
  fileBytes: 10 * 2 ** 20,
  /** Of all files of a message together, where Discord has refused more. It names no such limit; this much has always passed. */
  messageBytes: 25_000_000,
  threadName: 100,
  modalTitle: 45,
  modalText: 4_000,
  labelText: 45,
  choices: 25,
  choiceName: 100,
  /** Ours: with “Ask…” and “Delete” two rows of buttons. More would push the answer out of its message. */
  actions: 8,
  /** Ours: more is not read in a chat. */
  tableText: 1_400,
  /** Ours. */
  tableCell: 40,
  /** Ours. */
  detailsText: 900,
} as const;

/** How long the token of an interaction is good for (15 minutes), less what a slow upload may take. */
export const TOKEN_MS = 14 * 60_000;
/** Between two edits of one message that shows progress. */
export const PROGRESS_PAUSE_MS = 2_000;
