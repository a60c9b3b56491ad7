import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SippOptions {
  /** Folder of its own: scenario, statistics, errors. */
  readonly dir: string
  /** Name of a file in support/sipp. */
  readonly scenario: 'caller-hangs-up' | 'relay-hangs-up' | 'held'
  /** Where it sends SIP to. */
  readonly port: number
  /** Calls in all, at a time, and new ones each second. */
  readonly calls: number
  readonly concurrent: number
  readonly perSecond: number
  /** ms that each call is held where the caller hangs up. */
  readonly holdMs?: number
  readonly dialled?: string
}

/** What sipp counted. */
export interface SippResult {
  readonly code: number
  readonly successful: number
  readonly failed: number
  readonly retransmissions: number
  /** Messages that the scenario does not foresee; '' for none. */
  readonly errors: string
}

/** The independent load generator. */
export class Sipp {
  output = ''
  readonly done: Promise<SippResult>

  private constructor(
    private readonly process: ChildProcess,
    dir: string,
  ) {
    this.done = new Promise((resolve, reject) => {
      process.once('error', reject)
      process.once('close', (code) => {
        try {
          resolve({ code: code ?? -1, ...counts(dir), errors: errors(dir) })
        } catch (thrown) {
          reject(new Error(`sipp left no statistics: ${(thrown as Error).message}\n${this.output}`))
        }
      })
    })
  }

  static start(options: SippOptions): Sipp {
    const { dir, scenario, holdMs = 0 } = options
    mkdirSync(dir, { recursive: true })
    // 0xff is silence in mu-law: a second of it, played over and over.
    writeFileSync(join(dir, 'silence.raw'), Buffer.alloc(8_000, 0xff))
    copyFileSync(new URL(`sipp/${scenario}.xml`, import.meta.url).pathname, join(dir, 'scenario.xml'))
    const args = [
      ['-sf', 'scenario.xml', '-i', '127.0.0.1', '-mi', '127.0.0.1', '-s', options.dialled ?? '1000'],
      ['-d', String(holdMs)],

      ['-m', String(options.calls), '-l', String(options.concurrent), '-r', String(options.perSecond)],
      ['-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-trace_err', '-error_file', 'errors.log'],
      ['-nostdin', `127.0.0.1:${options.port}`],
    ].flat()
    const child = spawn('sipp', args, { cwd: dir, env: { ...process.env, TERM: 'dumb' } })
    const sipp = new Sipp(child, dir)
    child.stdout.on('data', () => {})
    child.stderr.on('data', (chunk) => (sipp.output += chunk))
    return sipp
  }

  stop(): void {
    if (this.process.exitCode === null) this.process.kill('SIGKILL')
  }
}

function counts(dir: string): Pick<SippResult, 'successful' | 'failed' | 'retransmissions'> {
  const [head = '', ...lines] = readFileSync(join(dir, 'statistics.csv'), 'utf8').trim().split('\n')
  const columns = head.split(';')
  const last = lines.at(-1)!.split(';')
  const value = (name: string) => Number(last[columns.indexOf(name)])
  return {
    successful: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmissions: value('Retransmissions(C)'),
  }
}

/** What sipp complains of when it is short of CPU itself; it is then answered once more what it asked twice. */
const harmless = [
  /[-\d]+\s+[:.\d]+\s+[.\d]+: Overload warning: .*?trips remaining\.\s*/gs,
  /[-\d]+\s+[:.\d]+\s+[.\d]+: Dead call \S+ \(successful\), received 'SIP\/2\.0 200 .*?\r?\n\r?\n'/gs,
]

function errors(dir: string): string {
  if (!readdirSync(dir).includes('errors.log')) return ''
  const told = readFileSync(join(dir, 'errors.log'), 'utf8')
  return harmless
    .reduce((text, pattern) => text.replace(pattern, ''), told)
    .replace(/^The following events occurred:\s*$/, '')
}
