/** The greeting of the default route. */
export const demoGreeting =
  'Hello, this is the Parley demo. You can ask for our opening hours, book a table, or talk to a person. How can I help?'

/** Phrases that callers say to this app, for the recogniser. */
export const demoHints: readonly string[] = [
  'what are your opening hours',
  'when are you open',
  'opening hours',
  'I would like to book a table',
  'book a table',
  'a table for two',
  'tell me about your food',
  'can I talk to a person',
  'speak Spanish',
  'speak English',
  'say that again',
  'what can you do',
  'yes please',
  'no thank you',
  'never mind',
  'goodbye',
  ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'today', 'tomorrow'],
  ...['in the morning', 'in the afternoon', 'at noon', 'half past', 'people'],
]
