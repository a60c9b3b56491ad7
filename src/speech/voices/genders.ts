import type { Gender } from '../vendor.js'

const women =
  // Amazon Polly
  'aditi adriana amy andrea aria arlet astrid ayanda bianca burcu camila carla carmen celine chantal clara conchita ' +
  'danielle dora elin emma ewa filiz gabrielle gwyneth hala hannah hiujin ida ines isabelle ivy jihye jitka joanna ' +
  'kajal kazuha kendra kimberly laura lea lisa liv lotte lucia lupe maja marlene mia mizuki naja niamh nicole ola ' +
  'olivia penelope raveena ruth salli seoyeon sofie suvi tatyana tiffany tomoko vicki vitoria zeina zhiyu ' +
  // Google Chirp 3
  'achernar aoede autonoe callirrhoe despina erinome gacrux kore laomedeia leda pulcherrima sulafat vindemiatrix ' +
  'zephyr ' +
  // Azure
  'ava blessing cora dalia denise elsa elvira francisca jane jenny katja libby michelle monica nanami nancy natasha ' +
  'neerja palina sara sonia sunhi svetlana swara ximena xiaoxiao xiaoyi ' +
  // ElevenLabs, Telnyx, xAI and others
  'abbie ara astra bella charlotte domi elli eve freya gigi glinda grace jessica lily luna matilda mimi nova rachel ' +
  'sarah serena shimmer rosie kiki coral celeste autumn asteria athena hera stella thalia'

const men =
  'adriano andres arthur brian cristiano daniel enrique geraint giorgio gregory hans jacek jan joey jorge justin karl ' +
  'kevin liam mads mathieu matthew maxim miguel pedro remi ricardo ruben russell sergio stephen takumi thiago zayd ' +
  'achird algenib algieba alnilam charon enceladus fenrir iapetus orus puck rasalgethi sadachbia sadaltager schedar ' +
  'umbriel zubenelgenubi ' +
  'alvaro andrew antonio christopher conrad davis diego dmitry eric guy henri injoon jacob jason keita killian madhur ' +
  'prabhat roger ryan steffan tony william yunxi yunyang ' +
  'adam albion antoni arnold bill bruno callum charlie chris clyde dave drew echo ethan fin george giovanni harry hugo ' +
  'james jasper jeremy john josh leo mark michael oliver onyx patrick paul rex sal sam thomas will orion orpheus zeus ' +
  'arcas apollo'

const byName = new Map<string, Gender>([
  ...women.split(' ').map((name) => [name, 'female'] as const),
  ...men.split(' ').map((name) => [name, 'male'] as const),
])

/** Voice ids of ElevenLabs' ready-made voices; the first is Twilio's default ("Mark"). */
const byElevenLabsId = new Map<string, Gender>(
  Object.entries({
    UgBBYS2sOqTuMpoF3BR0: 'male',
    '21m00Tcm4TlvDq8ikWAM': 'female',
    AZnzlk1XvdvUeBnXmlld: 'female',
    EXAVITQu4vr4xnSDxMaL: 'female',
    ErXwobaYiN019PkySvjV: 'male',
    IKne3meq5aSn9XLyUdCD: 'male',
    JBFqnCBsd6RMkjVDRZzb: 'male',
    MF3mGyEYCl7XYWbV9V6O: 'female',
    TX3LPaxmHKxFdv7VOQHJ: 'male',
    TxGEqnHWrfWFTfGW9XjX: 'male',
    VR6AewLTigWG4xSOukaG: 'male',
    XB0fDUnXU5powFXDhCwa: 'female',
    XrExE9yKIg1WjnnlVkGX: 'female',
    cgSgspJ2msm6clMCkdW9: 'female',
    nPczCjzI2devNBz1zQrb: 'male',
    onwK4e9ZLuTAKqWW03F9: 'male',
    pFZP5JQG7iQjIQuC4Bku: 'female',
    pNInz6obpgDQGcFmaJgB: 'male',
  } as const),
)

/** Letters of women's voices, by family, among Google's American ones; elsewhere A, C, E and G are women's. */
const americanLetters = new Map([
  ['standard', 'cefgh'],
  ['wavenet', 'cefgh'],
  ['neural2', 'cefgh'],
  ['journey', 'fo'],
  ['chirp-hd', 'fo'],
  ['studio', 'o'],
])

/** Whether a vendor's voice name tells a woman's or a man's voice. */
export function genderOf(voice: string): Gender | undefined {
  for (const part of voice.split(/[.\s]/)) {
    const id = byElevenLabsId.get(part.split('-')[0])
    if (id) return id
  }
  const kokoro = /(?:^|\.)[a-z]([fm])(?:_[a-z]+)?$/i.exec(voice)
  if (kokoro) return kokoro[1].toLowerCase() === 'f' ? 'female' : 'male'
  const google = /^([a-z]{2,3}-[a-z]{2})-([a-z\d-]+)-([a-z])$/i.exec(voice.toLowerCase())
  if (google) return googleGender(google[1], google[2], google[3])
  for (const part of voice.toLowerCase().split(/[^\p{L}]+/u)) {
    const gender = byName.get(plain(part)) ?? byName.get(plain(part.replace(/(multilingual)?neural$/, '')))
    if (gender) return gender
  }
  if (/(^|[^a-z])(female|woman|girl|lady)([^a-z]|$)/i.test(voice)) return 'female'
  return /(^|[^a-z])(male|man|boy|gentleman)([^a-z]|$)/i.test(voice) ? 'male' : undefined
}

function googleGender(language: string, family: string, letter: string): Gender {
  const women = language === 'en-us' || 'fo'.includes(letter) ? americanLetters.get(family) : undefined
  if (women) return women.includes(letter) ? 'female' : 'male'
  return 'aceg'.includes(letter) ? 'female' : 'male'
}

function plain(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '')
}
