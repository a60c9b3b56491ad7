import type { RelaySettings } from '../../protocol/index.js'
import { interruptThresholds } from '../../session/index.js'

/** A session's settings as Voice Insights lists them: text throughout, under its own names. */
export function configurations(
  stored: Readonly<Record<string, unknown>>,
  data: Readonly<Record<string, unknown>>,
): object {
  // Only settings of this type were written.
  const settings = stored as unknown as RelaySettings
  const { languages = {} } = (data['configurations'] ?? {}) as { languages?: object }
  const subscribed = (names: readonly string[]): string =>
    `[${settings.subscriptions.filter((name) => names.includes(name)).join(', ')}]`
  return {
    configurations: {
      debug: subscribed(['debugging']),
      dtmfDetection: String(settings.dtmfDetection),
      echoPromptFiltering: String(settings.echoPromptFiltering),
      events: subscribed(['speaker-events', 'tokens-played']),
      interruptOptions: interruptOptions(settings),
      interruptible: settings.interruptible.toUpperCase(),
      partialPromptOnHangup: 'false',
      partialPrompts: String(settings.partialPrompts),
      preemptible: String(settings.preemptible).toUpperCase(),
      reportInputDuringAgentSpeech: settings.reportInputDuringAgentSpeech.toUpperCase(),
      speechProvider: settings.speechModel,
      speechTimeout: settings.speechTimeout === 'auto' ? '0' : String(settings.speechTimeout),
      transcriptionLanguage: settings.transcriptionLanguage,
      transcriptionProvider: settings.transcriptionProvider,
      ttsLanguage: settings.ttsLanguage,
      ttsProvider: settings.ttsProvider,
      turnDetection: 'OFF',
      voice: settings.voice,
      welcomeGreetingInterruptible: greeting(settings.welcomeGreetingInterruptible),
    },
    languages,
  }
}

/** Recorded as TRUE for `any`. */
function greeting(mode: RelaySettings['welcomeGreetingInterruptible']): string {
  if (mode === 'any') return 'TRUE'
  return mode === 'none' ? 'FALSE' : mode.toUpperCase()
}

function interruptOptions({ ignoreBackchannel, interruptSensitivity }: RelaySettings): string {
  const { confidence, characters } = interruptThresholds[interruptSensitivity]
  const options = {
    interruptConfidenceThreshold: confidence,
    ignoreBackchannelForInterrupt: ignoreBackchannel,
    interruptCheckThresholdType: 'by-chars',
    interruptInputLengthThreshold: characters,
  }
  const listed = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  return `InterruptOptions{${listed.join(', ')}}`
}
