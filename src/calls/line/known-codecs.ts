import { defaultPreference, type SdpCodecName } from '../../sip/index.js'

/** The codecs that this node knows, in the order asked for; undefined where it knows none of them. */
export function knownCodecs(names: readonly string[] | undefined): readonly SdpCodecName[] | undefined {
  const known = (names ?? []).flatMap((name) =>
    defaultPreference.filter((codec) => codec.toLowerCase() === name.toLowerCase()),
  )
  return known.length > 0 ? known : undefined
}
