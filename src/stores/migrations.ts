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
];
