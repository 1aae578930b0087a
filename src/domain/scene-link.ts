import type { SceneFile } from './scene.ts';

/**
 * Scenes that somebody names by their address: https links to image files, to be read where they lie. Links to pages are
 * not scenes. Whether the host may be asked is decided where the file is read.
 */
export function sceneLinks(text: string): SceneFile[] {
  return [...text.matchAll(LINK)].map(([path]) => {
    const last = new URL(path).pathname.split('/').at(-1)!;
    return { name: decoded(last), path };
  });
}

export function withoutSceneLinks(text: string): string {
  // Chat platforms keep links in angle brackets.
  return text.replaceAll(new RegExp(`<?${LINK.source}(?:\\|[^>]*)?>?`, 'gi'), ' ').trim();
}

/** An address whose path ends like an image file; a query may follow (signed addresses). */
const LINK =
  /https?:\/\/[\w.-]+(?::\d+)?\/[\w.~!$&*+,;=:@%/-]*\.(?:tiff?|jp2|j2k|png|jpe?g|webp)(?!\.?[\w/-])(?:\?[\w.~!$&*+,;=:@%/?-]*[\w=%~/-])?/gi;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
