/** One line of the landing page. */
export interface Endpoint {
  readonly method: string
  readonly url: string
  readonly summary: string
}

/** The landing page for people with a terminal. */
export function landingText(version: string, endpoints: readonly Endpoint[]): string {
  const width = Math.max(...endpoints.map(({ method, url }) => method.length + url.length + 1))
  const lines = endpoints.map(
    ({ method, url, summary }) => `  ${`${method} ${url}`.padEnd(width)}  ${summary}`,
  )
  return `Parley ${version}\n\n${lines.join('\n')}\n`
}

/** The landing page for people with a browser. */
export function landingHtml(version: string, endpoints: readonly Endpoint[]): string {
  const rows = endpoints.map(({ method, url, summary }) => {
    const name = url.includes(':') || method !== 'GET' ? url : `<a href="${url}">${url}</a>`
    return `<tr><td>${method}<td>${name}<td>${summary}`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parley</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem }
  table { border-collapse: collapse } td { padding: .25rem 1rem .25rem 0; vertical-align: top }
  td:nth-child(-n+2) { font-family: ui-monospace, monospace; white-space: nowrap }
</style>
<h1>Parley ${version}</h1>
<table>
${rows.join('\n')}
</table>
</html>
`
}
