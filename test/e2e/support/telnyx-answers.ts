import { telnyxContract } from '../../support/telnyx-contract.js'

/** What of an answer of the API under /v2 is not as Telnyx describes it. @param response stays unread */
export async function violationsOf(
  method: string,
  url: string,
  response: Response,
): Promise<readonly string[]> {
  const { pathname } = new URL(url)
  const text = await response.clone().text()
  const body = text === '' ? undefined : JSON.parse(text)
  const wrong = telnyxContract?.answer(method, pathname, response.status, body) ?? []
  return wrong.map((what) => `${method} ${pathname} ${response.status}: ${what}`)
}
