/** An element of an XML text. */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** Names as written. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Up to the next tag, with the five entities of XML resolved and no others. */
  readonly text: string;
}

/**
 * The elements of an XML text in the order in which they begin, as far as it can be understood.
 *
 * Every character is looked at once, whatever the text is: it comes from strangers. Nesting, namespaces, entities and document
 * types are not understood.
 */
export function* xmlElements(xml: string): Generator<XmlElement> {
  let at = xml.indexOf('<');
  while (at >= 0) {
    if (xml.startsWith('<!--', at)) at = after(xml, '-->', at);
    else if (isName(xml.charCodeAt(at + 1))) {
      const tag = readTag(xml, at + 1);
      const next = xml.indexOf('<', tag.end);
      if (tag.closed) yield { ...tag, text: unescapeXml(xml.slice(tag.end, next < 0 ? xml.length : next)) };
      at = next;
      continue;
    } else at = at + 1;
    if (at >= 0) at = xml.indexOf('<', at);
  }
}

/** @param at  of the name @returns `end` behind the tag; a tag that another one interrupts is not closed */
function readTag(xml: string, at: number) {
  let attributes = NONE;
  let end = endOfName(xml, at);
  const name = xml.slice(at, end);
  let last = '';
  while (end < xml.length) {
    const char = xml[end]!;
    if (char === '<') return { name, attributes, end, closed: false };
    if (char === '>') return { name: name.slice(name.indexOf(':') + 1), attributes, end: end + 1, closed: true };
    if (char === '"' || char === "'") {
      const close = xml.indexOf(char, end + 1);
      if (close < 0) break;
      if (last) {
        if (attributes === NONE) attributes = new Map();
        attributes.set(last, unescapeXml(xml.slice(end + 1, close)));
      }
      last = '';
      end = close + 1;
    } else if (isName(xml.charCodeAt(end))) {
      const from = end;
      end = endOfName(xml, end);
      last = xml.slice(from, end);
    } else end++;
  }
  return { name, attributes, end: xml.length, closed: false };
}

const NONE = new Map<string, string>();

function endOfName(xml: string, at: number): number {
  let end = at;
  while (end < xml.length && isName(xml.charCodeAt(end))) end++;
  return end;
}

/** Letters, digits, `_ : - .` and everything beyond ASCII. */
const isName = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 45 && code <= 58 && code !== 47) ||
  code === 95 ||
  code > 127;

function after(xml: string, what: string, at: number): number {
  const found = xml.indexOf(what, at);
  return found < 0 ? -1 : found + what.length;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const unescapeXml = (text: string): string =>
  text.includes('&') ? text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name]!) : text;
