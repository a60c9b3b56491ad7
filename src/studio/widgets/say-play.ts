import { text, whole } from '../definition/fields.js'
import type { Step } from '../execution/step.js'
import { document, type Markup, plain, speech, verb } from '../execution/verbs.js'
import { widgetKind } from './widget-kind.js'

/** Properties of what is heard, the same on every widget that has a prompt. */
export const promptProperties = {
  say: text,
  play: text,
  voice: text,
  language: text,
  loop: whole(0, 1000),
}

export type PromptProperties = Readonly<Record<keyof typeof promptProperties, string>>

/** Text, or audio by URL; nothing where there is neither. */
export function prompt(step: Step, properties: PromptProperties): Markup[] {
  const loop = step.whole(properties.loop, 'loop', 1, 99)
  const say = step.text(properties.say, 'say').trim()
  if (say !== '') {
    const voice = step.text(properties.voice, 'voice').trim()
    const language = step.text(properties.language, 'language').trim()
    return [verb('Say', { voice: voice === 'default' ? '' : voice, language, loop }, speech(say))]
  }
  const play = step.text(properties.play, 'play').trim()
  return play === '' ? [] : [verb('Play', { loop }, plain(play))]
}

/** Says a text, plays audio, or sends keys. */
export const sayPlay = widgetKind({
  type: 'say-play',
  events: ['audioComplete'],
  properties: { ...promptProperties, digits: text },
  async run(step, properties) {
    const digits = step.text(properties.digits, 'digits').trim()
    const heard = digits === '' ? prompt(step, properties) : [verb('Play', { digits })]
    await step.perform(document(...heard))
    return { event: 'audioComplete', outputs: {} }
  },
})
