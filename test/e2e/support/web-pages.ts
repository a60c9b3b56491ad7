import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, without a screen. @param args further arguments of its command line */
export function startBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // Test machines are root's, as a rule; pages of the tests are their own.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...args],
  })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Axe {
  run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>
}

/**
 * What axe finds wrong with a page that matters: a line for each finding that is serious or worse.
 * @param rules by their names; all of them unless told
 */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // By the protocol, not by a script element: the page's policy forbids those.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axeSource)
  return page.evaluate(
    async (runOnly) => {
      const { axe } = globalThis as unknown as { axe: Axe }
      const { violations } = await axe.run({ resultTypes: ['violations'], ...(runOnly && { runOnly }) })
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
    },
    rules && [...rules],
  )
}

/** Writes down what a page complains of: errors of scripts, and what its policy kept out. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return complaints
}
