/** One message of a conversation, as chat models take them. */
export interface Message {
  readonly role: 'user' | 'assistant'
  content: string
}

/** The conversation as both sides heard it: what was cut off before it was spoken never happened. */
export class History {
  private readonly list: Message[] = []

  /** @param most messages kept; the oldest go first */
  constructor(private readonly most = 40) {}

  get messages(): readonly Message[] {
    return this.list
  }

  heard(said: string): void {
    this.add({ role: 'user', content: said })
  }

  /** Starts a reply; its content grows as tokens are sent. */
  reply(): Message {
    const message: Message = { role: 'assistant', content: '' }
    this.add(message)
    return message
  }

  /** The last reply that contains `fragment`, or the last one at all. */
  replyWith(fragment: string): Message | undefined {
    const replies = this.list.filter((message) => message.role === 'assistant')
    return replies.findLast((message) => endOf(message.content, fragment) >= 0) ?? replies.at(-1)
  }

  /**
   * Cuts a reply to what the caller heard.
   * @param fragment the heard part of the sentence that was playing; what lies before it in the reply was heard too
   */
  cut(reply: Message, fragment: string): void {
    const end = endOf(reply.content, fragment)
    reply.content = end >= 0 ? reply.content.slice(0, end) : fragment.trim()
    const at = this.list.indexOf(reply)
    if (reply.content === '' && at >= 0) this.list.splice(at, 1)
  }

  private add(message: Message): void {
    this.list.push(message)
    if (this.list.length > this.most) this.list.splice(0, this.list.length - this.most)
  }
}

/** Where `fragment` ends in `text`, spaces of any kind being alike; -1 when it is empty or not in it. */
export function endOf(text: string, fragment: string): number {
  const words = fragment.trim().split(/\s+/)
  if (words[0] === '') return -1
  const pattern = new RegExp(
    words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+'),
    'g',
  )
  let end = -1
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length
  return end
}
