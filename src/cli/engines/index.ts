import type { Command } from 'commander'
import { configHere } from '../environment.js'
import { engineTables } from './tables.js'

/** `parley engines`: what speech there is, and whether it works. */
export function register(program: Command): void {
  const engines = program
    .command('engines')
    .description('speech engines: what each can do, and whether it works')
  engines
    .command('list', { isDefault: true })
    .description('list every engine with what it can do and what it needs')
    .option('--json', 'for machines')
    .action(async ({ json }: { json?: boolean }) => list(json ?? false))
  engines
    .command('test <name>')
    .description('let an engine speak or understand a sentence, and tell how long it takes')
    .option('--text <text>', 'the sentence', 'What are your opening hours?')
    .option('--language <tag>', 'its language', 'en-US')
    .option('--voice <name>', 'the voice of a text-to-speech engine', '')
    .option('--model <name>', 'the model', '')
    .option('--narrowband', 'at telephone quality, 8 kHz instead of 16 kHz', false)
    .option('--out <file>', 'write what was spoken to a WAV file')
    .option('--json', 'for machines', false)
    .action(async (name: string, flags) => {
      // The other commands need no engines and start at once.
      const { testEngine } = await import('./test-engine.js')
      process.exitCode = await testEngine(name, { ...flags, sampleRate: flags.narrowband ? 8000 : 16000 })
    })
}

async function list(json: boolean): Promise<void> {
  const { config } = configHere()
  const { createSpeechRegistry } = await import('../../speech/index.js')
  const registry = await createSpeechRegistry(config.speech)
  try {
    console.log(json ? JSON.stringify(asJson(registry.vendors()), null, 2) : engineTables(registry.vendors()))
  } finally {
    await registry.close()
  }
}

type Vendors = Parameters<typeof engineTables>[0]

function asJson({ tts, stt }: Vendors): unknown {
  const row = ({ vendor, engine, reason }: Vendors['tts'][number] | Vendors['stt'][number]) => ({
    name: vendor.name,
    aliases: vendor.aliases,
    ready: engine !== undefined,
    ...(engine ? {} : { reason, install: vendor.install }),
    ...vendor.capabilities,
  })
  return { speechToText: stt.map(row), textToSpeech: tts.map(row) }
}
