/** A request that was answered with a refusal; `message` is a sentence for people. */
export class Refused extends Error {
  constructor(status, { code, error }) {
    super(error);
    this.status = status;
    this.code = code;
  }
}

/** Threads, limits and the demo scene; starts a session when there is none. */
export const openSession = () => request('POST', '/api/session');

/** @param message  `{ text, files: [{ id, name }], action?, retry?, demo?, language? }` */
export const sendMessage = (thread, message) =>
  // The id makes it safe to send again what may have arrived.
  request('POST', `/api/threads/${thread}/messages`, { id: newId(), ...message }, 3);

export const cancelWork = (thread) => request('POST', `/api/threads/${thread}/cancel`);
export const renameThread = (thread, title) => request('PATCH', `/api/threads/${thread}`, { title });
export const deleteThread = (thread) => request('DELETE', `/api/threads/${thread}`);
export const fileAddress = (thread, { id }, save = false) =>
  `/api/threads/${thread}/files/${id}${save ? '?download' : ''}`;

/** Whether the server says that there is no such file any more; false as well when it says nothing. */
export const isDeleted = (address) =>
  fetch(address, { method: 'HEAD' }).then(
    ({ status }) => status === 404 || status === 410,
    () => false,
  );

/** 24 characters that the server accepts as an id. */
export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Sends one file, with progress (0 to 1). XMLHttpRequest, because fetch does not tell how far an upload is.
 * @returns `{ done: Promise<{ id, size }>, stop() }`
 */
export function uploadFile(file, onProgress) {
  const xhr = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    xhr.open('PUT', '/api/uploads');
    xhr.responseType = 'json';
    xhr.setRequestHeader('Content-Type', 'application/octet-stream');
    xhr.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    xhr.onload = () => {
      if (xhr.status === 201) resolve(xhr.response);
      else reject(new Refused(xhr.status, xhr.response ?? { error: null }));
    };
    xhr.onerror = () => reject(new TypeError('upload failed'));
    xhr.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    xhr.send(file);
  });
  return { done, stop: () => xhr.abort() };
}

/**
 * Follows a thread until it is closed: everything kept first, then what happens. A lost connection is taken up again
 * after the last event that arrived.
 *
 * @param on  `{ event, reset, changed, progress, ready, deleted, lost, found }`
 */
export function followThread(thread, on) {
  let lastId = 0;
  let source = null;
  let retry = null;
  let delay = 500;

  const open = () => {
    source = new EventSource(`/api/threads/${thread}/events?after=${lastId}`);
    source.addEventListener('event', ({ data }) => {
      const event = JSON.parse(data);
      if (event.id <= lastId) return;
      lastId = event.id;
      on.event(event);
    });
    source.addEventListener('reset', () => {
      lastId = 0;
      on.reset();
    });
    source.addEventListener('changed', () => on.changed());
    source.addEventListener('progress', ({ data }) => on.progress(JSON.parse(data)));
    source.addEventListener('ready', ({ data }) => {
      delay = 500;
      on.found();
      on.ready(JSON.parse(data));
    });
    source.addEventListener('deleted', () => {
      close();
      on.deleted();
    });
    source.onerror = () => {
      source.close();
      on.lost();
      // The session first: without one the stream would be refused for ever.
      const again = () => openSession().then(open, source.onerror);
      retry = setTimeout(again, delay);
      delay = Math.min(delay * 2, 8000);
    };
  };
  const close = () => {
    clearTimeout(retry);
    source.close();
  };

  open();
  return {
    close,
    /** Lets go of the connection until `resume`. */
    pause: close,
    resume() {
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      open();
    },
  };
}

async function request(method, address, body, tries = 1) {
  const headers = body ? { 'Content-Type': 'application/json' } : {};
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(address, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const answer = await response.json();
      if (!response.ok) throw new Refused(response.status, answer);
      return answer;
    } catch (error) {
      if (error instanceof Refused || attempt >= tries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * attempt));
    }
  }
}
