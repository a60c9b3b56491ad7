import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/index.js'
import { Baresip } from './support/baresip.js'
import { heardIn, slice, soundIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { levels, type Pcm, readWav, recognise, say } from './support/speech.js'
import { TwilioApp } from './support/twilio-app.js'
import { until } from './support/wait.js'
import { whichOf } from './support/words.js'

const accountSid = 'AC00000000000000000000000000000009'
const authToken = 'a-token-of-the-verbs'
const origin = 'https://verbs.example.com'
const hours = 'what are your opening hours'
const table = 'book a table for four people'
const bridge = 'the river has a narrow wooden bridge'
const understood = 'Thank you, I have understood you.'
const { VoiceResponse } = twilio.twiml

/** A person who says "please try again", where Asterisk's prompts are installed. */
const person = '/usr/share/asterisk/sounds/en_US_f_Allison/please-try-again.wav'

/** A test that is run again meets elsewhere. */
let meetings = 0

const pages: Record<string, (body: Record<string, string>) => string> = {
  '/keys': () => {
    const response = new VoiceResponse()
    const gather = response.gather({ action: '/keyed', finishOnKey: '#', timeout: 10 })
    gather.say('Please enter the number of your order, which you find on the letter that we sent to you.')
    response.say('Nothing came.')
    return response.toString()
  },
  '/keyed': ({ Digits }) => `<Response><Say>Your order is number ${[...Digits!].join(' ')}.</Say></Response>`,
  '/ask': ({ To }) => {
    const response = new VoiceResponse()
    response.gather({
      input: ['speech'],
      action: `/answered/${To}`,
      partialResultCallback: `/partial/${To}`,
      hints: `${hours},please try again`,
      speechTimeout: 'auto',
      timeout: 15,
    })
    response.say('Nothing came.')
    return response.toString()
  },
  '/meet': () => {
    const response = new VoiceResponse()
    response.dial({ action: '/met' }).conference(
      {
        beep: 'false',
        statusCallback: '/meeting',
        statusCallbackEvent: ['start', 'end', 'join', 'leave', 'mute'],
      },
      `planning ${meetings}`,
    )
    return response.toString()
  },
  '/met': () => '<Response><Say>The meeting is over.</Say></Response>',
  '/message': () => {
    const response = new VoiceResponse()
    response.say('Leave a message.')
    response.record({
      action: '/taken',
      timeout: 3,
      maxLength: 20,
      recordingStatusCallback: '/recording',
      recordingStatusCallbackEvent: ['in-progress', 'completed'],
    })
    return response.toString()
  },
  '/taken': ({ RecordingUrl }) => `<Response><Play>${RecordingUrl}</Play><Hangup/></Response>`,
}
for (const number of ['3002', '3003']) {
  pages[`/answered/${number}`] = () => `<Response><Say>${understood}</Say></Response>`
}

const msOf = ({ samples, sampleRate }: Pcm): number => (samples.length * 1000) / sampleRate

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))(
  'verbs of TwiML, with real phones and the SDK',
  () => {
    let dir: string
    let app: TwilioApp
    let relay: TestRelay
    let client: twilio.Twilio
    const phones: Baresip[] = []

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'parley-'))
      app = await TwilioApp.start(origin, authToken, pages)
      const numbers = { 3001: '/keys', 3002: '/ask', 3003: '/ask', 3004: '/meet', 3005: '/message' }
      relay = await TestRelay.start(dir, {
        twilio: {
          accountSid,
          authToken,
          hosts: { 'verbs.example.com': app.address },
          numbers: Object.entries(numbers).map(([number, page]) => ({
            number,
            voiceUrl: `${origin}${page}`,
          })),
        },
      })
      client = twilio(accountSid, authToken)
      client.api.baseUrl = `http://127.0.0.1:${relay.httpPort}`
    })
    afterAll(async () => {
      await Promise.all(phones.map((phone) => phone.stop()))
      await relay?.stop()
      await app?.stop()
      rmSync(dir, { recursive: true, force: true })
      expect(app?.refused).toEqual([])
    })

    async function call(number: string, user: string, codec: 'G722' | 'PCMU' = 'G722'): Promise<Baresip> {
      const phone = await Baresip.start({ dir: join(dir, `phone-${phones.length}-${user}`), codec, user })
      phones.push(phone)
      await phone.dial(`sip:${number}@127.0.0.1:${relay.sipPort}`)
      return phone
    }

    const hears = (phone: Baresip) =>
      until(() => soundIn(phone.heard()) !== undefined, 'something to be heard')

    it.concurrent('<Gather> of keys: the first one silences the prompt, the last one finishes', async () => {
      app.forget('/keyed')
      const phone = await call('3001', 'keys')
      await hears(phone)
      await phone.command('sndcode 4')
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const silent = levels(slice(phone.heard(), msOf(phone.heard()) - 400))
      expect(Math.max(...silent)).toBeLessThan(100)
      await phone.command('sndcode 2#')
      expect(await app.webhook('/keyed')).toMatchObject({
        Digits: '42',
        FinishedOnKey: '#',
        msg: 'Gather End',
        CallStatus: 'in-progress',
      })
      await phone.closed()
      expect(heardIn(say('Your order is number 4 2.', dir), phone.heard())).toBe(true)
    })

    const speakers = [
      { number: '3002', who: 'a voice', codec: 'G722' as const, words: /opening hours/ },
      ...(existsSync(person)
        ? [{ number: '3003', who: 'a person', codec: 'PCMU' as const, words: /try again/ }]
        : []),
    ]
    it.concurrent.each(speakers)(
      '<Gather> of speech by $who: partial results, then the action',
      async (one) => {
        app.forget(`/answered/${one.number}`, `/partial/${one.number}`)
        const phone = await call(one.number, `speaker${one.number}`, one.codec)
        await new Promise((resolve) => setTimeout(resolve, 500))
        await phone.speak(one.who === 'a person' ? at16k(readWav(person)) : say(hours, dir, 'rms'))
        const told = await app.webhook(`/answered/${one.number}`)
        expect(told).toMatchObject({
          SpeechResult: expect.stringMatching(one.words),
          CallStatus: 'in-progress',
        })
        expect(Number(told['Confidence'])).toBeGreaterThan(0)
        const partials = app.told(`/partial/${one.number}`)
        expect(partials.length).toBeGreaterThan(0)
        expect(partials.map(({ SequenceNumber }) => Number(SequenceNumber))).toEqual(
          partials.map((_, i) => i),
        )
        expect(partials.at(-1)!['UnstableSpeechResult']).toMatch(/\w/)
        await phone.closed()
        expect(heardIn(say(understood, dir), phone.heard())).toBe(true)
      },
    )

    it.concurrent('<Record>: the message is fetched by its URL, understood, listed, and played back', async () => {
      app.forget('/recording', '/taken')
      const phone = await call('3005', 'message')
      const { CallSid: sid } = await app.webhook(
        '/recording',
        ({ RecordingStatus }) => RecordingStatus === 'in-progress',
      )
      const spoken = say(hours, dir, 'rms')
      await phone.speak(spoken)
      const taken = await app.webhook('/taken')
      expect(taken).toMatchObject({
        CallSid: sid,
        RecordingSid: expect.stringMatching(/^RE[0-9a-f]{32}$/),
        Digits: '',
      })
      expect(Number(taken['RecordingDuration'])).toBeGreaterThanOrEqual(Math.floor(msOf(spoken) / 1000))
      await phone.closed()

      const { RecordingUrl: url, RecordingSid: recordingSid } = taken
      const file = join(dir, 'message.wav')
      writeFileSync(file, Buffer.from(await (await fetch(url!)).arrayBuffer()))
      const message = readWav(file)
      expect(heardIn(spoken, message)).toBe(true)
      expect(recognise(message, dir)).toMatch(/opening hours/)
      const mp3 = await fetch(`${url}.mp3`)
      expect(mp3.headers.get('content-type')).toBe('audio/mpeg')
      expect((await mp3.arrayBuffer()).byteLength).toBeGreaterThan(2_000)

      expect(
        await app.webhook('/recording', ({ RecordingStatus }) => RecordingStatus === 'completed'),
      ).toMatchObject({
        RecordingSid: recordingSid,
        RecordingUrl: url,
        RecordingDuration: taken['RecordingDuration'],
        RecordingSource: 'RecordVerb',
      })
      const listed = await client.recordings.list({ callSid: sid! })
      expect(listed.map((one) => [one.sid, one.source, one.status, one.channels])).toEqual([
        [recordingSid, 'RecordVerb', 'completed', 1],
      ])
      // Its own words came back to the caller.
      expect(heardIn(spoken, phone.heard())).toBe(true)
    })

    it.concurrent('<Conference> of three: everybody hears the others, nobody who is muted; ended through the API', async () => {
      app.forget('/meet', '/meeting', '/met')
      const name = `planning ${++meetings}`
      const ann = await call('3004', 'ann')
      await hears(ann)
      const [ben, cleo] = [await call('3004', 'ben'), await call('3004', 'cleo')]
      await until(() => app.told('/meet').length >= 3, 'three calls')
      const [annSid, benSid, cleoSid] = ['ann', 'ben', 'cleo'].map(
        (user) => app.told('/meet').find(({ From }) => From!.includes(user))!['CallSid']!,
      )
      const events = () => app.told('/meeting').filter(({ FriendlyName }) => FriendlyName === name)
      const named = (event: string) => events().filter((body) => body['StatusCallbackEvent'] === event)
      await until(
        () => named('conference-start').length === 1 && named('participant-join').length === 3,
        'all to join',
      )

      const [room] = await client.conferences.list({ friendlyName: name, status: 'in-progress' })
      const participants = await client.conferences(room!.sid).participants.list()
      expect(participants.map(({ callSid }) => callSid).toSorted()).toEqual(
        [annSid, benSid, cleoSid].toSorted(),
      )
      expect(participants.every(({ muted, status }) => !muted && status === 'connected')).toBe(true)

      const everybody = [ann, ben, cleo]
      /** What everybody hears while one of them says something. */
      const turn = async (phone: Baresip, sentence: Pcm) => {
        const from = everybody.map((one) => msOf(one.heard()))
        await speaks(phone, sentence)
        return everybody.map((one, i) => slice(one.heard(), from[i]!))
      }
      // The waiting melody is over, and what of it was on its way.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const said = [hours, table, bridge].map((words) => say(words, dir, 'rms'))
      const heard: Pcm[][] = []
      for (const [i, phone] of everybody.entries()) heard.push(await turn(phone, said[i]!))
      const muted = await client.conferences(room!.sid).participants(benSid!).update({ muted: true })
      expect(muted).toMatchObject({ callSid: benSid, muted: true })
      const secret = say('nobody is to know what I am saying now', dir, 'rms')
      const hidden = await turn(ben, secret)

      await client.conferences(room!.sid).participants(cleoSid!).remove()
      await cleo.closed()
      await client.conferences(room!.sid).update({ status: 'completed' })
      await Promise.all([ann.closed(), ben.closed()])

      expect(heard.map((turns, i) => turns.map((pcm) => heardIn(said[i]!, pcm)))).toEqual([
        [false, true, true],
        [true, false, true],
        [true, true, false],
      ])
      const sentences = [hours, table, bridge]
      for (const [i, turns] of heard.entries()) {
        const others = turns.filter((_, by) => by !== i)
        expect(others.map((pcm) => whichOf(sentences, pcm, dir))).toEqual([sentences[i], sentences[i]])
      }
      expect(hidden.map((pcm) => heardIn(secret, pcm))).toEqual([false, false, false])

      await until(() => named('conference-end').length === 1, 'the end to be told')
      expect(named('conference-end')[0]).toMatchObject({
        ConferenceSid: room!.sid,
        ReasonConferenceEnded: 'conference-ended-via-api',
      })
      expect(named('participant-mute').map(({ CallSid }) => CallSid)).toEqual([benSid])
      expect(named('participant-leave').map(({ CallSid }) => CallSid)).toEqual([cleoSid, annSid, benSid])
      expect(await app.webhook('/met', ({ CallSid }) => CallSid === annSid)).toMatchObject({
        DialCallStatus: 'answered',
        DialBridged: 'true',
      })
      const last = say('The meeting is over.', dir)
      expect([heardIn(last, ann.heard()), heardIn(last, ben.heard())]).toEqual([true, true])
      expect(await client.conferences(room!.sid).fetch()).toMatchObject({
        status: 'completed',
        reasonConferenceEnded: 'conference-ended-via-api',
      })
    })
  },
)

const at16k = ({ samples, sampleRate }: Pcm): Pcm => ({
  sampleRate: 16_000,
  samples: resample(samples, sampleRate, 16_000),
})

/** Says something, and waits until all of it is on its way and a pause after it. */
async function speaks(phone: Baresip, pcm: Pcm): Promise<void> {
  await phone.speak(pcm)
  await new Promise((resolve) => setTimeout(resolve, msOf(pcm) + 600))
}
