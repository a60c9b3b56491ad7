import type { ListenListener, Playing, Stoppable } from '../../../calls/index.js'
import type { ListenWish } from '../../../media/index.js'
import {
  autoOrWhole,
  flag,
  keys,
  method,
  optionalText,
  optionalWhole,
  phrases,
  text,
  whole,
  words,
} from '../../document/fields.js'
import type { Attributes } from '../../document/reader.js'
import type { VerbContext } from '../../running/context.js'
import { type Next, next, type VerbKind } from '../../running/verb.js'
import { type Prompt, promptsIn } from '../prompts.js'
import { GatherInput, type GatherResult } from './gather-input.js'

export const gatherModel = {
  element: 'Gather',
  fields: {
    input: words(['dtmf', 'speech'], ['dtmf']),
    action: text(''),
    method,
    timeout: whole(0, 3600, 5),
    finishOnKey: keys('#'),
    numDigits: optionalWhole(1, 1000),
    speechTimeout: autoOrWhole(0, 3600),
    maxSpeechTime: whole(1, 3600, 60),
    partialResultCallback: optionalText,
    partialResultCallbackMethod: method,
    actionOnEmptyResult: flag(false),
    bargeIn: flag(true),
    language: text('en-US'),
    hints: phrases,
    speechModel: text(''),
    profanityFilter: flag(true),
    transcriptionEngine: text(''),
    validDigits: optionalText,
  },
  numbers: {
    input: 13326,
    method: 13312,
    timeout: 13313,
    finishOnKey: 13310,
    numDigits: 13314,
    speechTimeout: 13327,
    maxSpeechTime: 13328,
    partialResultCallbackMethod: 13329,
    bargeIn: 13332,
    profanityFilter: 13333,
  },
  texml: ['transcriptionEngine', 'validDigits'] as const,
  idle: ['enhanced', 'debug'],
}

type GatherRequest = Attributes<typeof gatherModel.fields>

/** `<Gather>`: keys, speech, or whichever comes first, with prompts that either cuts short. */
export const gatherVerb: VerbKind = {
  name: 'Gather',
  compile(element, reader) {
    const request = reader.attributes(element, gatherModel)
    const prompts = promptsIn(element, reader, 13320)
    return {
      async execute(context) {
        await context.answer()
        return after(context, request, await new Gathering(context, request).run(prompts))
      },
    }
  },
}

function after(context: VerbContext, request: GatherRequest, result: GatherResult): Next {
  if (result.kind === 'none' && !request.actionOnEmptyResult) return next
  // Instructions given inline have no URL of their own to ask again.
  if (request.action === '' && context.base === undefined) return next
  return context.action(request.action, request.method, fieldsOf(request, result))
}

function fieldsOf({ input, language }: GatherRequest, result: GatherResult): Record<string, string> {
  switch (result.kind) {
    case 'digits':
      return { Digits: result.digits, FinishedOnKey: result.finishedOnKey, msg: 'Gather End' }
    case 'speech':
      // Engines without an opinion are believed.
      return { SpeechResult: result.text, Confidence: String(result.confidence ?? 1), Language: language }
    case 'none':
      return {
        ...(input.includes('dtmf') && { Digits: '', FinishedOnKey: '' }),
        ...(input.includes('speech') && { SpeechResult: '' }),
        msg: 'Gather End',
      }
  }
}

/** One `<Gather>` as it goes on: prompts, keys and recognition, all ended together. */
class Gathering {
  private readonly playing: Playing[] = []
  private listening: Stoppable | undefined
  private partials = 0
  private silenced = false

  constructor(
    private readonly context: VerbContext,
    private readonly request: GatherRequest,
  ) {}

  async run(prompts: readonly Prompt[]): Promise<GatherResult> {
    const { call } = this.context
    let done: (result: GatherResult) => void = () => {}
    const result = new Promise<GatherResult>((resolve) => {
      done = resolve
    })
    const input = this.input((settled) => done(settled))
    const stop = call.observe({ digit: (key) => input.digit(key) })
    try {
      if (this.request.bargeIn) this.listen(input)
      this.play(prompts, () => {
        if (!this.request.bargeIn) this.listen(input)
        input.promptsOver()
      })
      return await this.context.until(result)
    } finally {
      stop()
      input.close()
      this.silence()
      this.listening?.stop()
    }
  }

  private input(done: (result: GatherResult) => void): GatherInput {
    const { request, context } = this
    return new GatherInput(
      {
        clock: context.services.clock,
        digits: request.input.includes('dtmf'),
        speech: request.input.includes('speech'),
        timeoutMs: request.timeout * 1000,
        maxSpeechMs: request.maxSpeechTime * 1000,
        finishOnKey: request.finishOnKey,
        numDigits: request.numDigits,
        validDigits: request.validDigits,
      },
      { began: () => this.silence(), done },
    )
  }

  /** Plays prompts one after the other. @param over called when the last one has ended by itself */
  private play(prompts: readonly Prompt[], over: () => void): void {
    for (const prompt of prompts) {
      const item = prompt.announcement(this.context)
      if (item) this.playing.push(this.context.announce(item))
    }
    const last = this.playing.at(-1)?.ended ?? Promise.resolve()
    last.then(() => {
      if (!this.silenced) over()
    })
  }

  private silence(): void {
    this.silenced = true
    for (const playing of this.playing) playing.stop()
  }

  private listen(input: GatherInput): void {
    const { request, context } = this
    if (!request.input.includes('speech') || this.listening) return
    this.listening = context.call.listen(wishOf(request), this.listener(input))
  }

  private listener(input: GatherInput): ListenListener {
    return {
      heard: ({ text, final, confidence }) => {
        if (!final) this.partial(text)
        input.heard(text, final, confidence)
      },
      voice: (on) => input.voice(on),
      failed: (detail) => this.context.warn(`<Gather>: speech is not recognised: ${detail}`),
    }
  }

  private partial(text: string): void {
    const { partialResultCallback, partialResultCallbackMethod, language } = this.request
    this.context.notify(partialResultCallback, {
      event: 'partial-result',
      method: partialResultCallbackMethod,
      parameters: this.context.parameters({
        // Apps of some frameworks fail where it is missing: nothing is settled before the end.
        StableSpeechResult: '',
        UnstableSpeechResult: text,
        Language: language,
        SequenceNumber: String(this.partials++),
      }),
    })
  }
}

function wishOf(request: GatherRequest): ListenWish {
  const { speechTimeout = request.timeout } = request
  return {
    track: 'inbound',
    provider: request.transcriptionEngine,
    model: request.speechModel,
    language: request.language,
    hints: request.hints,
    silenceMs: speechTimeout === 'auto' ? 'auto' : speechTimeout * 1000,
    settings: { profanityFilter: request.profanityFilter },
  }
}
