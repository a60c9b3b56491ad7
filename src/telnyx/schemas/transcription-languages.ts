/** Languages that each engine's `language` may name; an engine that is not here takes any. */
const google =
  'af sq am ar hy az eu bn bs bg my ca yue zh hr cs da nl en et fil fi fr gl ka de el gu iw hi hu is id it ja jv kn kk km ' +
  'ko lo lv lt mk ms ml mr mn ne no fa pl pt pa ro ru rw sr si sk sl ss st es su sw sv ta te th tn tr ts uk ur uz ve vi xh zu'
const whisper =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk ' +
  'te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ' +
  'ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su auto_detect'
const nova2 =
  'bg ca zh zh-CN zh-Hans zh-TW zh-Hant zh-HK cs da da-DK nl en en-US en-AU en-GB en-NZ en-IN et fi nl-BE fr fr-CA de de-CH ' +
  'el hi hu id it ja ko ko-KR lv lt ms no pl pt pt-BR pt-PT ro ru sk es es-419 sv sv-SE th th-TH tr uk vi auto_detect'
const nova3 =
  'en en-US en-AU en-GB en-IN en-NZ de nl sv sv-SE da da-DK es es-419 fr fr-CA pt pt-BR pt-PT auto_detect'
const azure =
  'af am ar bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko lo lt lv mk ml ' +
  'mn mr ms mt my nb ne nl pl ps pt ro ru si sk sl so sq sr sv sw ta te th tr uk ur uz vi wuu yue zh zu auto'
const xai = 'ar cs da de en es fa fil fr hi id it ja ko mk ms nl pl pt ro ru sv th tr vi'
const speechmatics = 'en ba eu gl ga mt mn sw ug cy ar_en cmn_en en_ms en_ta tl es-bilingual-en cmn_en_ms_ta'

const tables = new Map(
  Object.entries({ google, telnyx: whisper, nova2, nova3, azure, xai, speechmatics }).map(([name, list]) => [
    name,
    new Set(list.toLowerCase().split(' ')),
  ]),
)

/** @param engine in any letter case, or a legacy letter */
export function engineLanguages(engine: string, model: string | undefined): ReadonlySet<string> | undefined {
  const name = engine.toLowerCase()
  if (name === 'deepgram') return tables.get(model?.endsWith('nova-2') ? 'nova2' : 'nova3')
  return tables.get(name === 'a' ? 'google' : name === 'b' ? 'telnyx' : name)
}
