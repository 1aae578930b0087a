/**
 * The schema, as the ordered steps that lead to it. A step that has been released is never changed: add one.
 *
 * JSON is kept as text: what people write may hold U+0000 and half surrogates, which `jsonb` refuses and `JSON.stringify`
 * escapes. Times are milliseconds since 1970.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE conversation (
    id text PRIMARY KEY,
    state text NOT NULL,
    version integer NOT NULL,
    changed_at bigint NOT NULL
  );

  CREATE TABLE turn (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    conversation text NOT NULL,
    author text NOT NULL,
    accepted_at bigint NOT NULL,
    message text NOT NULL,
    status text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    handle text,
    reply text
  );
  CREATE INDEX turn_of_conversation ON turn (conversation, seq);
  CREATE INDEX turn_of_author ON turn (author, accepted_at);
  CREATE INDEX turn_open ON turn (seq) WHERE status IN ('waiting', 'running', 'answered');
  `,
  `
  CREATE TABLE rating (
    conversation text NOT NULL,
    handle text NOT NULL,
    author text NOT NULL,
    good boolean NOT NULL,
    PRIMARY KEY (conversation, handle, author)
  );
  `,
  `
  CREATE TABLE secret (
    name text PRIMARY KEY,
    sealed text NOT NULL
  );

  CREATE TABLE preference (
    person text PRIMARY KEY,
    language text NOT NULL
  );
  `,
  `
  ALTER TABLE turn
    -- The event "it was answered", numbered together with the events "it was said", which are numbered by seq.
    ADD COLUMN reply_seq bigint,
    ADD COLUMN answered_at bigint,
    -- Not to be tried before.
    ADD COLUMN due_at bigint NOT NULL DEFAULT 0;
  UPDATE turn SET reply_seq = numbered.reply_seq, answered_at = accepted_at
    FROM (SELECT seq, nextval(pg_get_serial_sequence('turn', 'seq')) AS reply_seq
          FROM (SELECT seq FROM turn WHERE reply IS NOT NULL ORDER BY seq) AS answered) AS numbered
    WHERE turn.seq = numbered.seq;
  CREATE INDEX turn_reply ON turn (conversation, reply_seq);

  CREATE TABLE turn_file (
    file text NOT NULL,
    turn text NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
    PRIMARY KEY (file, turn)
  );
  CREATE INDEX turn_file_of_turn ON turn_file (turn);
  INSERT INTO turn_file SELECT DISTINCT file ->> 'id', turn.id
    FROM turn, json_array_elements(message::json -> 'files') AS file;

  CREATE TABLE title (
    conversation text PRIMARY KEY,
    title text NOT NULL
  );

  -- How often a person asked lately: forgetting does not reset it.
  CREATE TABLE request (
    author text NOT NULL,
    at bigint NOT NULL
  );
  CREATE INDEX request_of_author ON request (author, at);

  -- Conversations that looked expired, and since when.
  CREATE TABLE expiry (
    conversation text PRIMARY KEY,
    seen_at bigint NOT NULL
  );

  -- There is a row as long as deleted rows may still be readable in the files of the database.
  CREATE TABLE erasure (
    since bigint NOT NULL
  );

  CREATE TABLE inbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    event text NOT NULL
  );

  DROP SCHEMA IF EXISTS pgboss CASCADE;
  `,
  `
  -- Where we answer only who mentions us: 'platform:workspace' or 'platform:workspace:channel'.
  CREATE TABLE mention_only (
    place text PRIMARY KEY
  );
  `,
];
