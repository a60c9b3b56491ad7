import { type DragEvent, useEffect, useState } from 'react'
import type { CallView } from '../api/call-store.js'
import { text } from '../messages.js'
import { ArchiveError, openArchive } from '../model/archive.js'
import { useTitle } from '../parts/title.js'
import type { Place } from '../router.js'
import { CallDetails } from './call/details.js'

/** A call that was downloaded, here or elsewhere: read in the browser alone. */
export default function OpenPage({ place }: { readonly place: Place }) {
  useTitle(text.open.title)
  const [view, setView] = useState<CallView>()
  const [error, setError] = useState<ArchiveError>()
  const audioUrl = view?.audioUrl
  useEffect(() => () => URL.revokeObjectURL(audioUrl ?? ''), [audioUrl])

  const open = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setError(undefined)
    try {
      const { audio, recording, ...rest } = await openArchive(file)
      setView({
        ...rest,
        recording: recording ?? undefined,
        growing: false,
        audioUrl: audio ? URL.createObjectURL(audio) : '',
      })
    } catch (thrown) {
      setView(undefined)
      setError(thrown instanceof ArchiveError ? thrown : new ArchiveError('damaged'))
    }
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    void open(event.dataTransfer.files[0])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the file can be chosen as well
    <div onDrop={drop} onDragOver={(event) => event.preventDefault()}>
      <h1>{text.open.title}</h1>
      <p>{text.open.explain}</p>
      <label className="filter">
        {text.open.choose}{' '}
        <input type="file" accept=".tar" onChange={({ target }) => void open(target.files?.[0])} />{' '}
        <span className="quiet">{text.open.drop}</span>
      </label>
      {error && (
        <p className="failure" role="alert">
          {text.open.errors[error.reason]}
        </p>
      )}
      {view && (
        <CallDetails view={view} query={place.query} address="#/open">
          <span className="quiet">{text.call.opened}</span>
        </CallDetails>
      )}
    </div>
  )
}
