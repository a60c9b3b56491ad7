import { expect, it } from 'vitest'
import { azureTag } from '../../../src/speech/stt/azure.js'
import { googleTag } from '../../../src/speech/stt/google-models.js'

/** Languages that Telnyx names without a region, as its engines Azure and Google know them. */
const azure =
  'af-ZA am-ET ar-SA bg-BG bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-DE el-GR en-US es-ES et-EE eu-ES fa-IR fi-FI fil-PH ' +
  'fr-FR ga-IE gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT ja-JP ka-GE kk-KZ km-KH kn-IN ko-KR lo-LA ' +
  'lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO ne-NP nl-NL pl-PL ps-AF pt-BR ro-RO ru-RU si-LK sk-SK ' +
  'sl-SI so-SO sq-AL sr-RS sv-SE sw-KE ta-IN te-IN th-TH tr-TR uk-UA ur-IN uz-UZ vi-VN wuu-CN zh-CN zu-ZA'
const google =
  'af-ZA sq-AL am-ET ar-SA hy-AM az-AZ eu-ES bn-IN bs-BA bg-BG my-MM ca-ES hr-HR cs-CZ da-DK nl-NL en-US et-EE fil-PH ' +
  'fi-FI fr-FR gl-ES ka-GE de-DE el-GR gu-IN iw-IL hi-IN hu-HU is-IS id-ID it-IT ja-JP jv-ID kn-IN kk-KZ km-KH ko-KR ' +
  'lo-LA lv-LV lt-LT mk-MK ms-MY ml-IN mr-IN mn-MN ne-NP no-NO fa-IR pl-PL pt-BR pa-Guru-IN ro-RO ru-RU rw-RW sr-RS ' +
  'si-LK sk-SK sl-SI ss-Latn-ZA st-ZA es-ES su-ID sw-KE sv-SE ta-IN te-IN th-TH tn-Latn-ZA tr-TR ts-ZA uk-UA ur-PK ' +
  'uz-UZ ve-ZA vi-VN xh-ZA zu-ZA'

it.each([
  ...azure.split(' ').map((tag) => [tag.split('-')[0]!, tag]),
  ['no', 'nb-NO'],
  ['yue', 'zh-HK'],
  ['es-419', 'es-MX'],
  ['zh-Hant', 'zh-TW'],
  ['de-AT', 'de-AT'],
])('Azure calls %s %s', (language, tag) => {
  expect(azureTag(language)).toBe(tag)
})

it.each([
  ...google.split(' ').map((tag) => [tag.split('-')[0]!, tag]),
  ['zh', 'cmn-Hans-CN'],
  ['yue', 'yue-Hant-HK'],
  ['he', 'iw-IL'],
  ['nb-NO', 'no-NO'],
  ['de-AT', 'de-AT'],
])('Google calls %s %s', (language, tag) => {
  expect(googleTag(language)).toBe(tag)
})
