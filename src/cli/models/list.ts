import { type CatalogueModel, type ModelFolder, type ModelKind, taskOf } from '../../models/index.js'
import { table } from '../format.js'

/** A model in the list. */
export interface ModelRow {
  readonly name: string
  readonly task: string
  readonly kind?: ModelKind
  readonly languages: readonly string[]
  readonly here: boolean
  /** On this machine: of the folder; else of the download, where it is known. */
  readonly bytes?: number
  readonly speakers?: readonly string[]
  readonly url?: string
  readonly sha256?: string
  /** What the SHA-256 of a pulled model was compared with. */
  readonly checked?: string
  readonly note?: string
}

/** Languages that a cell of the table shows. */
const SHOWN = 4

/** Models that are here, then those that can be pulled. */
export function listModels(
  catalogue: readonly CatalogueModel[],
  folder: ModelFolder,
  { here, language }: { readonly here: boolean; readonly language?: string },
): ModelRow[] {
  const { models, broken } = folder.find()
  const rows: ModelRow[] = models.map(({ name, kind, languages, speakers, source }) => ({
    name,
    task: taskOf(kind),
    kind,
    languages,
    here: true,
    bytes: folder.sizeOf(name),
    ...(speakers.length > 0 && { speakers }),
    ...(source && { url: source.url, sha256: source.sha256, checked: source.checked }),
  }))
  for (const { name, reason } of broken) {
    rows.push({ name, task: 'broken', languages: [], here: true, note: reason })
  }
  if (!here) {
    for (const { name, kind, languages, megabytes, archive, speakers, note } of catalogue) {
      if (rows.some((row) => row.name === name)) continue
      rows.push({
        name,
        task: taskOf(kind),
        kind,
        languages,
        here: false,
        ...(megabytes && { bytes: megabytes * 1_000_000 }),
        ...(speakers && { speakers }),
        url: archive.path,
        ...(archive.sha256 && { sha256: archive.sha256 }),
        ...(note && { note }),
      })
    }
  }
  const primary = language?.toLowerCase().split('-')[0]
  return primary === undefined
    ? rows
    : rows.filter(({ languages }) => languages.some((tag) => tag.toLowerCase().split('-')[0] === primary))
}

/** The list for people. */
export function modelTable(rows: readonly ModelRow[], dir: string): string {
  if (rows.length === 0) return `No models in ${dir}.`
  return table(
    ['MODEL', 'FOR', 'KIND', 'LANGUAGES', 'SIZE', 'HERE', ''],
    rows.map(({ name, task, kind, languages, bytes, here, note }) => [
      name,
      task,
      kind ?? '',
      few(languages),
      bytes === undefined ? '' : size(bytes),
      here ? 'yes' : '',
      note ?? '',
    ]),
  )
}

/** `74 MB`, `1.0 GB`. */
export function size(bytes: number): string {
  if (bytes >= 1_000_000_000) return `${(bytes / 1_000_000_000).toFixed(1)} GB`
  if (bytes >= 1_000_000) return `${Math.round(bytes / 1_000_000)} MB`
  return `${Math.max(1, Math.round(bytes / 1000))} kB`
}

function few(languages: readonly string[]): string {
  if (languages.length <= SHOWN) return languages.join(', ')
  return `${languages.slice(0, SHOWN - 1).join(', ')} … (${languages.length})`
}
