import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './ports.js'
import { until } from './wait.js'

/** What a callee does next. Anything else than what it expects fails its call. */
export type Step =
  /**
   * Waits for a request. `password`: its Authorization has to be right for user `u`, else it is refused with 403.
   * `like`: header and pattern that it has to fit.
   */
  | {
      readonly expect: string
      readonly password?: string
      readonly like?: readonly [header: string, pattern: string]
    }
  /** Answers the last request, or `to` the INVITE. */
  | {
      readonly send: string
      readonly headers?: readonly string[]
      readonly sdp?: boolean
      readonly to?: 'INVITE'
    }
  | { readonly waitMs: number }

const sdp = `
      v=0
      o=- 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000
`

const contact = 'Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>'

/** sipp as the callee of one call, by a scenario of a few steps. */
export class SippCallee {
  private readonly done: Promise<void>

  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly dir: string,
  ) {
    this.done = new Promise((resolve) => process.once('close', () => resolve()))
  }

  static async start(
    dir: string,
    steps: readonly Step[],
    transport: 'udp' | 'tcp' = 'udp',
  ): Promise<SippCallee> {
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'scenario.xml'), scenario(steps))
    const port = await freePort()
    const args = [
      ['-sf', 'scenario.xml', '-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', String(port)],
      ['-t', transport === 'udp' ? 'u1' : 't1', '-m', '1', '-nostdin', '-timeout', '60s'],
      ['-trace_err', '-error_file', 'errors.log'],
    ].flat()
    const child = spawn('sipp', args, { cwd: dir, env: { ...process.env, TERM: 'dumb' } })
    const callee = new SippCallee(port, child, dir)
    child.stdout.on('data', () => {})
    child.stderr.on('data', () => {})
    // It does not say so itself before it ends.
    await until(() => isBound(transport, port), 'sipp to listen', 10_000)
    return callee
  }

  /** Resolves when the call went as the scenario says. @throws Error with what came instead */
  async satisfied(): Promise<void> {
    await this.done
    if (this.process.exitCode !== 0) throw new Error(`sipp is not satisfied:\n${this.errors}`)
  }

  stop(): void {
    if (this.process.exitCode === null) this.process.kill('SIGKILL')
  }

  private get errors(): string {
    const file = join(this.dir, 'errors.log')
    return existsSync(file) ? readFileSync(file, 'utf8') : '(nothing written)'
  }
}

/** Whether something has a port of this machine. */
function isBound(transport: 'udp' | 'tcp', port: number): boolean {
  const local = new RegExp(`^\\s*\\d+: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, '0')} `, 'm')
  return local.test(readFileSync(`/proc/net/${transport}`, 'utf8'))
}

function scenario(steps: readonly Step[]): string {
  const body = steps.map((step, i) => elementsOf(step, i)).join('\n') + references(steps)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="callee">\n${body}\n</scenario>\n`
}

function elementsOf(step: Step, index: number): string {
  if ('waitMs' in step) return `  <pause milliseconds="${step.waitMs}" />`
  if ('send' in step) return response(step)
  const label = `right${index}`
  const { expect, password, like } = step
  const actions = [
    ...(expect === 'INVITE' ? [kept('Via', 'via'), kept('CSeq', 'cseq')] : []),
    ...(like ? [compared(...like)] : []),
    ...(password ? [`<verifyauth assign_to="valid" username="u" password="${password}" />`] : []),
  ]
  const refusal = [
    `  <nop test="valid" next="${label}" />`,
    response({ send: '403 Wrong Password' }),
    `  <label id="${label}" />`,
  ]
  return [
    `  <recv request="${expect}" timeout="30000">`,
    ...(actions.length > 0 ? [`    <action>${actions.join('')}</action>`] : []),
    '  </recv>',
    ...(password ? refusal : []),
  ].join('\n')
}

function kept(header: string, name: string): string {
  return `<ereg regexp="[^ ].*" search_in="hdr" header="${header}:" assign_to="${name}" />`
}

function compared(header: string, pattern: string): string {
  const escaped = pattern.replaceAll('"', '&quot;')
  return `<ereg regexp="${escaped}" search_in="hdr" header="${header}:" check_it="true" assign_to="fits" />`
}

/** sipp takes a variable that is set and never read for a mistake. */
function references(steps: readonly Step[]): string {
  const expected = steps.flatMap((step) => ('expect' in step ? [step] : []))
  const names = [
    ...(expected.some((step) => step.expect === 'INVITE') ? ['via', 'cseq'] : []),
    ...(expected.some((step) => step.like) ? ['fits'] : []),
  ]
  return names.length > 0 ? `\n  <Reference variables="${names.join(',')}" />` : ''
}

function response({
  send,
  headers = [],
  sdp: described = false,
  to,
}: Extract<Step, { send: string }>): string {
  const lines = [
    `SIP/2.0 ${send}`,
    to ? 'Via: [$via]' : '[last_Via:]',
    '[last_From:]',
    '[last_To:];tag=callee-[call_number]',
    '[last_Call-ID:]',
    to ? 'CSeq: [$cseq]' : '[last_CSeq:]',
    ...(headers.some((line) => line.startsWith('Contact:')) ? [] : [contact]),
    ...headers,
    ...(described ? ['Content-Type: application/sdp'] : []),
    'Content-Length: [len]',
    '',
  ]
  const text = lines.map((line) => `      ${line}`).join('\n')
  return `  <send>\n    <![CDATA[\n${text}${described ? sdp : ''}\n    ]]>\n  </send>`
}
