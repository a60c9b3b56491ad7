import { flow, match, on, say, state } from '../../test/studio/support/flows.js'

const question = (name: string, text: string, next: string) =>
  state(name, 'gather-input-on-call', {
    properties: { say: text, timeout: 20, stop_gather: true, number_of_digits: 1 },
    transitions: [on('keypress', next), on('speech', next), on('timeout', name)],
  })
const digits = 'widgets.menu.Digits'

/** A small restaurant, as a flow of Studio's. */
export const receptionFlow = flow(
  'menu',
  question('menu', 'Press one for our opening hours, two to book a table.', 'choice'),
  state('choice', 'split-based-on', {
    properties: { input: `{{${digits}}}` },
    transitions: [
      on('noMatch', 'sorry'),
      match('hours', 'equal_to', `{{${digits}}}`, '1'),
      match('table', 'equal_to', `{{${digits}}}`, '2'),
    ],
  }),
  say('hours', 'We are open from nine until six.', 'menu'),
  question('table', 'For how many people?', 'booked'),
  say('booked', 'Your table is booked. Goodbye.'),
  say('sorry', 'Sorry, I did not get that.', 'menu'),
)
