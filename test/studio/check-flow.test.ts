import { describe, expect, it } from 'vitest'
import { checkFlow } from '../../src/studio/index.js'
import { flow, match, on, say, state } from './support/flows.js'

const problems = (definition: unknown) => checkFlow(definition).problems

describe('a flow that is as it must be', () => {
  it('is read: widgets by name, transitions that lead on, conditions, the flag', () => {
    const split = state('split', 'split-based-on', {
      properties: { input: '{{widgets.menu.Digits}}' },
      transitions: [on('noMatch', ''), match('hello', 'equal_to', '{{widgets.menu.Digits}}', '1')],
    })
    const { flow: read, problems, warnings } = checkFlow(flow('split', split, say('hello', 'Hello')))
    expect([problems, warnings]).toEqual([[], []])
    expect(read).toMatchObject({ initial: 'Trigger', concurrent: true, description: 'A flow' })
    expect(read!.widgets.get('split')!.transitions).toEqual([
      { event: 'noMatch', next: undefined, conditions: [] },
      {
        event: 'match',
        next: 'hello',
        conditions: [
          {
            friendlyName: 'If value equal_to 1',
            arguments: ['{{widgets.menu.Digits}}'],
            type: 'equal_to',
            value: '1',
          },
        ],
      },
    ])
  })

  it('may have null and missing properties, numbers as strings, empty and missing next', () => {
    const gather = state('menu', 'gather-input-on-call', {
      properties: {
        say: 'Press one',
        play: null,
        loop: '2',
        timeout: 5,
        number_of_digits: '{{flow.data.n}}',
      },
      transitions: [on('keypress', ''), { event: 'speech', next: null }, on('timeout')],
    })
    expect(problems(flow('menu', gather, state('bare', 'say-play', { properties: null })))).toEqual([])
  })

  it('may have no flags and no description', () => {
    const { states, initial_state } = flow(undefined)
    expect(checkFlow({ states, initial_state })).toMatchObject({
      flow: { concurrent: undefined },
      problems: [],
    })
  })

  it('is warned about where a property is written as another program has it', () => {
    const properties = { url: 'wss://a.example.com', welcomeGreeting: 'Hi', tts_provider: 'x', mine: 1 }
    const { warnings } = checkFlow(flow('ai', state('ai', 'run-conversation-relay', { properties })))
    expect(warnings).toEqual([
      {
        path: '#/states/1/properties/welcomeGreeting',
        message: 'has no effect: the property is called welcome_greeting',
      },
    ])
  })

  it('is warned about where a template cannot be read', () => {
    const { flow: read, warnings } = checkFlow(flow('a', say('a', 'one\n{{ x | shout }}')))
    expect(read).toBeDefined()
    expect(warnings).toEqual([
      { path: '#/states/1/properties/say', message: 'line 2: undefined filter: shout' },
    ])
  })
})

describe('what is wrong', () => {
  const relay = (properties: object) => flow('ai', state('ai', 'run-conversation-relay', { properties }))

  it.each([
    ['a text', 'no flow', [['#', 'string found, object expected']]],
    ['nothing', undefined, [['#', 'is missing but it is required']]],
    [
      'an empty object',
      {},
      [
        ['#/states', 'is missing but it is required'],
        ['#/initial_state', 'is missing but it is required'],
      ],
    ],
    [
      'a boolean for a string',
      relay({ url: 'wss://a', interruptible: true }),
      [['#/states/1/properties/interruptible', 'boolean found, string expected']],
    ],
    ['no URL', relay({}), [['#/states/1/properties/url', 'is missing but it is required']]],
    ['null for a URL', relay({ url: null }), [['#/states/1/properties/url', 'must not be null']]],
    [
      'an HTTP URL for a socket',
      relay({ url: 'https://a' }),
      [['#/states/1/properties/url', 'must be a wss:// URL']],
    ],
    [
      'a whole number for a string',
      flow('c', state('c', 'connect-call-to', { properties: { noun: 'number', to: '1', time_limit: 30 } })),
      [['#/states/1/properties/time_limit', 'integer found, string expected']],
    ],
    [
      'a string for a boolean',
      flow('c', state('c', 'record-call', { properties: { record_call: 'true' } })),
      [['#/states/1/properties/record_call', 'string found, boolean expected']],
    ],
    [
      'a word that is none of some',
      flow('c', state('c', 'connect-call-to', { properties: { noun: 'pigeon', to: '1' } })),
      [
        [
          '#/states/1/properties/noun',
          'does not have a value in the enumeration [number, number-multi, client, sip, sim, conference]',
        ],
      ],
    ],
    [
      'the other name of a property, told as it is written',
      flow('g', state('g', 'gather-input-on-call', { properties: { num_digits: 'many' } })),
      [['#/states/1/properties/num_digits', 'string found, integer expected']],
    ],
    [
      'a pair without a key',
      flow('s', state('s', 'set-variables', { properties: { variables: [{ key: 'a' }, { value: 'b' }] } })),
      [['#/states/1/properties/variables/1/key', 'is missing but it is required']],
    ],
    [
      'a subflow by template',
      flow('s', state('s', 'run-subflow', { properties: { flow_sid: '{{flow.data.sid}}' } })),
      [['#/states/1/properties/flow_sid', 'must be a valid, non-liquid flow sid']],
    ],
    [
      'a widget of the vendor that is not here',
      flow('sms', state('sms', 'send-message')),
      [['#/states/1/type', 'the widget "sms" is of the type send-message, which is not supported here']],
    ],
    [
      'a next that is not there',
      flow('nowhere'),
      [1, 2, 3].map((i) => [`#/states/0/transitions/${i}/next`, 'there is no widget "nowhere"']),
    ],
    [
      'two widgets of one name',
      flow('a', say('a', 'x'), say('a', 'y')),
      [['#/states/2/name', 'another widget is called "a"']],
    ],
    [
      'an event the widget does not have',
      flow('a', state('a', 'say-play', { transitions: [on('done', 'a')] })),
      [['#/states/1/transitions/0/event', 'must be a constant value audioComplete']],
    ],
    [
      'a match without conditions',
      flow('a', state('a', 'split-based-on', { transitions: [on('match', 'a')] })),
      [['#/states/1/transitions/0/conditions', 'is missing but it is required']],
    ],
    [
      'flags without the flag',
      { ...flow(undefined), flags: {} },
      [['#/flags/allow_concurrent_calls', 'is missing but it is required']],
    ],
    [
      'a flag that is a string',
      { ...flow(undefined), flags: { allow_concurrent_calls: 'yes' } },
      [['#/flags/allow_concurrent_calls', 'string found, boolean expected']],
    ],
    [
      'an initial state that is not there',
      { ...flow(undefined), initial_state: 'Start' },
      [['#/initial_state', 'there is no widget "Start"']],
    ],
  ])('%s', (_, definition, expected) => {
    const told = problems(definition).map(({ path, message }) => [path, message])
    expect(told).toEqual(expected)
  })

  it('a condition: its type, its value and what is missing', () => {
    const condition = { arguments: ['x'], type: 'resembles', value: null }
    const split = state('s', 'split-based-on', {
      transitions: [{ event: 'match', next: 's', conditions: [condition] }],
    })
    const paths = problems(flow('s', split)).map(({ path }) => path.replace(/^.*conditions/, ''))
    expect(paths).toEqual(['/0/friendly_name', '/0/value', '/0/type'])
  })
})
