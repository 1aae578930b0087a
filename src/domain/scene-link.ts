import type { SceneFile } from './scene.ts';

/**
 * Scenes that somebody names by their address: links to image files, to be read where they lie. Links to pages are not
 * scenes. Malformed ones are: whether an address is one, and may be asked, is decided and said where the file is read.
 */
export function sceneLinks(text: string): SceneFile[] {
  return [...text.matchAll(LINK)].map(([path]) => ({ name: nameOf(path), path }));
}

export function withoutSceneLinks(text: string): string {
  // Chat platforms keep links in angle brackets, with a label or without.
  return text.replaceAll(new RegExp(`<${LINK.source}(?:\\|[^<>]*)?>|${LINK.source}`, 'gi'), ' ').trim();
}

/**
 * An address up to the first ending of an image file; a query may follow (signed addresses). None reaches into the next
 * one: however many stand in a row, each is looked at once.
 */
const LINK =
  /https?:\/\/(?:(?!https?:\/\/)[^\s<>|"/?])+\/(?:(?!https?:\/\/)[^\s<>|"?])*?\.(?:tiff?|jp2|j2k|png|jpe?g|webp)(?!\.?[\w/-])(?:\?[\w.~!$&*+,;=:@%/?-]*[\w=%~/-])?/gi;

/** What file systems take for a name. */
const MAX_NAME = 200;

/** The last part of the path, its end when it is long: there stands what kind of file it is. */
function nameOf(address: string): string {
  const segment = address.replace(/\?.*$/, '').split('/').at(-1)!;
  try {
    return decodeURIComponent(segment).slice(-MAX_NAME);
  } catch {
    return segment.slice(-MAX_NAME);
  }
}
