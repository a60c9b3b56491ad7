import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { packageRoot } from '../../src/base/package-root.js'
import { Store } from '../../src/store/index.js'
import { sampleCallSid, writeSampleCall } from './sample-call.js'

export interface ConsoleOptions {
  /** Events of the call that is scrolled through. */
  readonly events: number
  /** Times that the first page is loaded. */
  readonly loads: number
}

export interface ConsoleReport {
  /** Bytes of all scripts, styles and pictures as they are sent. */
  readonly bundleBytes: number
  /** ms from the navigation to the first text on the screen, with nothing in the cache: of all loads, rising. */
  readonly firstPaintMs: readonly number[]
  /** ms from the navigation to the list of calls. */
  readonly listShownMs: readonly number[]
  /** ms from the navigation to the last of the call's events. */
  readonly eventsLoadedMs: number
  readonly scrolling: {
    readonly frames: number
    readonly medianMs: number
    readonly p95Ms: number
    readonly longestMs: number
  }
}

/** How fast the console is there, and how smooth a long call scrolls, in real Chromium. */
export async function measureConsole({ events, loads }: ConsoleOptions): Promise<ConsoleReport> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const store = await Store.open({ file: join(dir, 'data', 'parley.db') })
  writeSampleCall(store, events, Date.now())
  await store.close()
  const relay = await startRelay(dir)
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    const paints = []
    for (let n = 0; n < loads; n++) paints.push(await firstPaint(browser, relay.url))
    return {
      bundleBytes: bundleBytes(),
      firstPaintMs: paints.map(({ paintMs }) => paintMs).sort((a, b) => a - b),
      listShownMs: paints.map(({ listMs }) => listMs).sort((a, b) => a - b),
      ...(await scrollThrough(browser, relay.url, events)),
    }
  } finally {
    await browser.close()
    relay.process.kill()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The report for people. */
export function consoleTable(report: ConsoleReport): string {
  const { bundleBytes: bytes, firstPaintMs, listShownMs, eventsLoadedMs, scrolling } = report
  const rows = [
    ['bundle, compressed', `${(bytes / 1024).toFixed(0)} KB`],
    ['first paint, median of loads', `${median(firstPaintMs).toFixed(0)} ms`],
    ['first paint, longest', `${firstPaintMs.at(-1)!.toFixed(0)} ms`],
    ['list of calls shown, median', `${median(listShownMs).toFixed(0)} ms`],
    ['all events of the long call there', `${eventsLoadedMs.toFixed(0)} ms`],
    ['frame while scrolling, median', `${scrolling.medianMs.toFixed(1)} ms`],
    ['frame while scrolling, 95 %', `${scrolling.p95Ms.toFixed(1)} ms`],
    ['frame while scrolling, longest', `${scrolling.longestMs.toFixed(1)} ms`],
  ]
  return ['| what | figure |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')
}

async function firstPaint(browser: Browser, url: string): Promise<{ paintMs: number; listMs: number }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('table.calls').waitFor()
  const listMs = Number(await page.evaluate('performance.now()'))
  const paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
  const paintMs = Number(await page.evaluate(paint))
  await context.close()
  return { paintMs, listMs }
}

/** Scrolls from the first event to the last within 300 frames: what is in view is another with each. */
const scrollScript = `new Promise((resolve) => {
  const list = document.querySelector('.scroll')
  const gaps = []
  let last = performance.now()
  const pixels = list.scrollHeight / 300
  const step = (now) => {
    gaps.push(now - last)
    last = now
    list.scrollTop += pixels
    if (gaps.length < 300) requestAnimationFrame(step)
    else resolve(gaps.slice(1))
  }
  requestAnimationFrame(step)
})`

async function scrollThrough(browser: Browser, url: string, events: number) {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${url}/#/calls/${sampleCallSid}?tab=events`)
  await page.getByText(`${events} events`).waitFor()
  const eventsLoadedMs = Number(await page.evaluate('performance.now()'))
  const gaps = ((await page.evaluate(scrollScript)) as number[]).sort((a, b) => a - b)
  const scrolling = {
    frames: gaps.length,
    medianMs: median(gaps),
    p95Ms: gaps[Math.floor(gaps.length * 0.95)]!,
    longestMs: gaps.at(-1)!,
  }
  return { eventsLoadedMs, scrolling }
}

function startRelay(dir: string): Promise<{ url: string; process: ChildProcess }> {
  const config = {
    http: { port: 0 },
    sip: { port: 0 },
    data: { dir: join(dir, 'data') },
    demo: { enabled: false },
    routes: [],
    log: { format: 'json' },
  }
  // JSON is YAML, too.
  writeFileSync(join(dir, 'parley.yaml'), JSON.stringify(config))
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/cli/bin.js'), 'start'], {
    env: { ...process.env, PARLEY_CONFIG: join(dir, 'parley.yaml') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.on('exit', (code) => reject(new Error(`the relay exited with ${code}:\n${output}`)))
    child.stdout.on('data', (chunk) => {
      output += chunk
      const [, url] = /Ready: HTTP (http:[^, ]+)/.exec(output) ?? []
      if (url) resolve({ url, process: child })
    })
  })
}

function bundleBytes(): number {
  const folder = join(packageRoot(), 'dist', 'console', 'assets')
  const files = readdirSync(folder).filter((name) => name.endsWith('.br'))
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}
