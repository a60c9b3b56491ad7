import { type Command, InvalidArgumentError, Option } from 'commander'
import { suggest } from '../../config/index.js'
import { parseRelaySettings, settingNames } from '../../protocol/index.js'
import { configHere } from '../environment.js'
import { paintFor } from '../paint.js'
import { type CallerLine, DIGITS } from './caller-line.js'
import { Conversation } from './conversation.js'

interface CallFlags {
  readonly app: string
  readonly dialect: string
  readonly from: string
  readonly to: string
  readonly voice: string
  readonly narrowband: boolean
  readonly timeout: number
  readonly param?: Record<string, string>
  readonly set?: Record<string, unknown>
  readonly authToken?: string
  readonly out?: string
  readonly json: boolean
}

/** `parley call`: a scripted caller against any app. */
export function register(program: Command): void {
  const lines: CallerLine[] = []
  const add = (line: CallerLine) => {
    lines.push(line)
  }
  program
    .command('call')
    .description('Call an app with a scripted caller; no phone needed')
    .requiredOption('--app <url>', "the app's WebSocket, ws:// or wss://")
    .addOption(new Option('--dialect <name>', 'wire form').choices(['twilio', 'telnyx']).default('twilio'))
    .option('--say <text>', 'what the caller says once the agent is silent (repeatable)', (text) =>
      add({ kind: 'say', text }),
    )
    .option('--interrupt <text>', 'said as soon as the agent speaks, over it (repeatable)', (text) =>
      add({ kind: 'interrupt', text }),
    )
    .option('--wav <file>', 'a WAV or MP3 the caller plays (repeatable)', (file) =>
      add({ kind: 'wav', file }),
    )
    .option('--digits <keys>', 'keys the caller presses: 0-9 * # A-D, w waits (repeatable)', (digits) => {
      if (!DIGITS.test(digits)) throw new InvalidArgumentError('Only 0-9, A-D, *, #, w and W are keys.')
      add({ kind: 'digits', digits })
    })
    .option(
      '--set <name=value>',
      'a ConversationRelay setting, such as welcomeGreeting="Hello" (repeatable)',
      setting,
    )
    .option('--param <name=value>', 'a custom parameter of setup (repeatable)', pairs)
    .option('--from <number>', "the caller's number", '+15550100001')
    .option('--to <number>', 'the number called', '+15550100002')
    .option('--voice <name>', "the caller's voice", 'rms')
    .option('--narrowband', 'telephone quality, 8 kHz instead of 16 kHz', false)
    .option('--auth-token <token>', 'signs the handshake as Twilio does')
    .option('--timeout <seconds>', 'longest the call may take', seconds, 120)
    .option('--out <dir>', 'folder for recording.wav (caller left, agent right) and timeline.json')
    .option('--json', 'print one JSON document instead of the conversation', false)
    .action(async (flags: CallFlags) => {
      process.exitCode = await call(flags, lines)
    })
}

/** @returns 0 when the session went well, 1 when it failed */
async function call(flags: CallFlags, lines: readonly CallerLine[]): Promise<number> {
  const settings = parseRelaySettings({
    // An app that is called with keys is meant to get them, though a session sends none unless told to.
    dtmfDetection: lines.some(({ kind }) => kind === 'digits'),
    ...flags.set,
    url: flags.app,
    dialect: flags.dialect,
    ...(flags.param && { parameters: flags.param }),
  })
  // The other commands need no engines and start at once.
  const { runCall } = await import('./run-call.js')
  const conversation = new Conversation(
    (line) => process.stdout.write(`${line}\n`),
    paintFor(process.stdout, process.env),
  )
  const report = await runCall({
    settings,
    lines,
    from: flags.from,
    to: flags.to,
    voice: flags.voice,
    sampleRate: flags.narrowband ? 8000 : 16000,
    limitMs: flags.timeout * 1000,
    authToken: flags.authToken,
    out: flags.out,
    speech: configHere().config.speech,
    onEvent: flags.json ? () => {} : conversation.event,
  })
  if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  return report.status === 'failed' ? 1 : 0
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Give a number of seconds above 0.')
  return value
}

/** A setting by its exact name: apps of the platforms may carry unknown ones, what is typed here is meant. */
function setting(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const [[name, value] = ['', '']] = Object.entries(pairs(text))
  if (!settingNames.includes(name)) {
    const near = suggest(name, settingNames)
    throw new InvalidArgumentError(`${name} is no setting${near ? `; did you mean ${near}?` : '.'}`)
  }
  return { ...before, [name]: structured.has(name) ? json(name, value) : value }
}

/** Settings that are lists of groups, or groups: other lists may be written as one text. */
const structured = new Set(['languages', 'failover', 'parameters', 'voiceSettings', 'transcriptionSettings'])

function json(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError(`${name} is wanted as JSON.`)
  }
}

function pairs(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it as name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}
