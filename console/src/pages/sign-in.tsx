import { type FormEvent, useState } from 'react'
import { ApiError, post } from '../api/client.js'
import { text } from '../messages.js'
import { Failure } from '../parts/small.js'
import { useTitle } from '../parts/title.js'

export function SignIn({ done }: { readonly done: () => void }) {
  useTitle(text.signIn.title)
  const [key, setKey] = useState('')
  const [error, setError] = useState<ApiError>()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      await post('/api/session', { key })
      done()
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown)
    }
  }
  return (
    <main className="sign-in">
      <h1>{text.name}</h1>
      <form onSubmit={submit}>
        <h2>{text.signIn.title}</h2>
        <p>{text.signIn.explain}</p>
        <label>
          {text.signIn.key}
          <input
            type="password"
            autoComplete="current-password"
            required
            value={key}
            onChange={({ target }) => setKey(target.value)}
          />
        </label>
        <button type="submit" className="main">
          {text.signIn.button}
        </button>
        {error && <Failure error={error} />}
        <p className="quiet">{text.signIn.where}</p>
      </form>
    </main>
  )
}
