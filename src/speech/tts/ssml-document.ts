/** Text as the content of an XML element. */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** SSML content with `<speak>` around it, where it has none. */
export function speakElement(content: string): string {
  return /^\s*<speak\b/i.test(content) ? content : `<speak>${content}</speak>`
}
