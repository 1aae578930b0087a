import { byId, el } from './dom.js';

/** What of a conversation is for hands, not for readers. */
const TOOLS = '.map, button, .actions, .retry, .progress, .tools, .files, figcaption a, .unseen, svg';

/**
 * Save the conversation on the screen as one HTML file with its pictures in it, that opens anywhere and asks nobody.
 *
 * @param title  of the document and of the file
 */
export async function saveReport(title, language) {
  // A document that nobody looks at loads no pictures, and the policy of this page does not hold for what is saved.
  const page = document.implementation.createHTMLDocument(title);
  const heading = page.createElement('h1');
  heading.className = 'report-title';
  heading.textContent = title;
  const body = page.importNode(byId('turns'), true);
  page.body.append(heading, body);
  for (const image of body.querySelectorAll('img')) image.src = await dataAddress(image.getAttribute('src'));
  for (const button of body.querySelectorAll('.picture-open, .sort')) {
    const shown = page.createElement('div');
    shown.className = button.className;
    shown.append(...button.childNodes);
    button.replaceWith(shown);
  }
  for (const tool of body.querySelectorAll(TOOLS)) tool.remove();
  for (const fold of body.querySelectorAll('details')) fold.open = true;
  const styles = await Promise.all(STYLES.map((path) => fetch(path).then((response) => response.text())));
  const html = [
    `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">${page.querySelector('title').outerHTML}`,
    `<style>${styles.join('\n')}\nbody{display:block;height:auto;overflow:visible}</style></head>`,
    `${page.body.outerHTML}</html>\n`,
  ];
  const address = URL.createObjectURL(new Blob(html, { type: 'text/html' }));
  el('a', {
    href: address,
    download: `${title.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80) || 'report'}.html`,
  }).click();
  URL.revokeObjectURL(address);
}

const STYLES = ['/style.css', '/conversation.css'];

async function dataAddress(address) {
  const blob = await fetch(address).then((response) => response.blob());
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
