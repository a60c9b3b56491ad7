import { raisePriority } from '../../src/base/priority.js'
import { conditionsHere } from './conditions.js'
import { measureEar } from './measure-ear.js'
import { measureVoice } from './measure-voice.js'
import { PLAIN } from './plain.js'
import { type AdaptersReport, rowOf, tableOf } from './report.js'
import { ears, packageEars, packageVoices, requestVoices, voices } from './wire-facts.js'

export interface AdaptersOptions {
  /** Names of vendors; all where there are none. */
  readonly vendors: readonly string[]
  /** At a time. */
  readonly streams: number
  /** Of each vendor and way. */
  readonly seconds: number
}

/** Measures what the vendors' adapters take. Progress goes to stderr. @throws Error when it cannot be measured */
export async function measureAdapters(options: AdaptersOptions): Promise<AdaptersReport> {
  const { streams, seconds } = options
  // As the threads of a relay's media.
  const raised = raisePriority()
  const conditions = conditionsHere(streams, seconds, raised)
  const wanted = (name: string) => options.vendors.length === 0 || options.vendors.includes(name)
  const rows = []
  for (const name of [PLAIN, ...Object.keys(ears), ...packageEars].filter(wanted)) {
    process.stderr.write(`${name}: audio in → socket\n`)
    rows.push(rowOf('audio in → socket', name, await measureEar(name, streams, seconds)))
  }
  const spoken = [...Object.keys(voices), ...Object.keys(requestVoices), ...packageVoices]
  for (const name of [PLAIN, ...spoken].filter(wanted)) {
    process.stderr.write(`${name}: socket → playout\n`)
    rows.push(rowOf('socket → playout', name, await measureVoice(name, streams, seconds)))
  }
  if (rows.length === 0) throw new Error(`no adapter is called ${options.vendors.join(' or ')}`)
  return { conditions, rows }
}

export { tableOf }
