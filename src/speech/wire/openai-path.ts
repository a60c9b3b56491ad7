/**
 * Where a path of OpenAI's API lies below a base URL: `OPENAI_BASE_URL` ends with `/v1` by custom, addresses of servers of
 * one's own often do not.
 */
export function openAiPath(base: string, path: string): string {
  return /\/v\d+\/?$/.test(new URL(base).pathname) ? path : `/v1${path}`
}
