import { describe, expect, it } from 'vitest'
import { CounterMode } from '../../../src/rtp/srtp/counter-mode.js'
import { createTransform } from '../../../src/rtp/srtp/create-transform.js'
import { GaloisCounterMode } from '../../../src/rtp/srtp/galois-counter-mode.js'
import { Keystream } from '../../../src/rtp/srtp/keystream.js'
import { deriveKey } from '../../../src/rtp/srtp/session-keys.js'
import type { SrtpTransform } from '../../../src/rtp/srtp/transform.js'
import type { SrtpSuite } from '../../../src/sip/index.js'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')

/** Runs `change` on a copy of `packet` with room behind it. */
function changed(packet: Buffer, change: (copy: Buffer, length: number) => number): string {
  const copy = Buffer.concat([packet, Buffer.alloc(20)])
  const length = change(copy, packet.length)
  return length < 0 ? 'refused' : copy.subarray(0, length).toString('hex')
}

/** Checks a transform against one RTP and one RTCP packet, both ways. */
function checkVectors(
  transform: SrtpTransform,
  rtp: readonly [plain: string, secured: string],
  rtcp: readonly [plain: string, secured: string],
  rtcpIndex: number,
): void {
  const [plainRtp, securedRtp] = rtp.map(bytes) as [Buffer, Buffer]
  expect(changed(plainRtp, (p, n) => transform.protectRtp(p, 12, n, 0))).toBe(securedRtp.toString('hex'))
  expect(changed(securedRtp, (p, n) => transform.unprotectRtp(p, 12, n, 0))).toBe(plainRtp.toString('hex'))
  const [plainRtcp, securedRtcp] = rtcp.map(bytes) as [Buffer, Buffer]
  expect(changed(plainRtcp, (p, n) => transform.protectRtcp(p, n, rtcpIndex))).toBe(
    securedRtcp.toString('hex'),
  )
  expect(changed(securedRtcp, (p, n) => transform.unprotectRtcp(p, n))).toBe(plainRtcp.toString('hex'))
  expect(transform.rtcpIndex(securedRtcp, securedRtcp.length)).toBe(rtcpIndex)
}

describe('RFC 3711', () => {
  const master = bytes('E1F97A0D3E018BE0D64FA32C06DE4139')
  const salt = bytes('0EC675AD498AFEEBB6960B3AABE6')

  it('appendix B.2: keystream', () => {
    const stream = new Keystream(
      bytes('2B7E151628AED2A6ABF7158809CF4F3C'),
      bytes('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    )
    const zeros = Buffer.alloc(48)
    stream.apply(zeros, 0, 48, 0, 0, 0)
    expect(zeros).toEqual(
      bytes(
        'E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0',
      ),
    )
  })

  it('appendix B.3: key derivation', () => {
    expect(deriveKey(master, salt, 'rtpEncryption', 16)).toEqual(bytes('C61E7A93744F39EE10734AFE3FF7A087'))
    expect(deriveKey(master, salt, 'rtpSalt', 14)).toEqual(bytes('30CBBC08863D8C85D49DB34A9AE1'))
    expect(deriveKey(master, salt, 'rtpAuthentication', 94)).toEqual(
      bytes(`CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098
             6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2`),
    )
  })

  it("packets as libsrtp's", () => {
    const rtp = '800f1234decafbadcafebabe abababababababababababababababab'
    const rtcp = '81c8000bcafebabe abababababababababababababababab'
    const rtcp128 = '81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798'
    const rtp128 = '800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402'
    checkVectors(
      new CounterMode(master, salt, 10),
      [rtp, `${rtp128} b78d6acc99ea179b8dbb`],
      [rtcp, rtcp128],
      1,
    )
    checkVectors(new CounterMode(master, salt, 4), [rtp, `${rtp128} b78d6acc`], [rtcp, rtcp128], 1)
  })
})

describe('RFC 6188', () => {
  it('section 7.2: key derivation with keys of 256 bits', () => {
    const master = bytes('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6')
    const salt = bytes('3b04803de51ee7c96423ab5b78d2')
    expect(deriveKey(master, salt, 'rtpEncryption', 32)).toEqual(
      bytes('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4'),
    )
    expect(deriveKey(master, salt, 'rtpSalt', 14)).toEqual(bytes('fa31791685ca444a9e07c6c64e93'))
    expect(deriveKey(master, salt, 'rtpAuthentication', 20)).toEqual(
      bytes('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'),
    )
  })
})

describe('RFC 7714', () => {
  const salt = bytes('517569642070726f2071756f')
  const key128 = bytes('000102030405060708090a0b0c0d0e0f')
  const key256 = bytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
  const header = '8040f17b8041f8d35501a0b2'
  const rtp = `${header} 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573`
  const rtcp = `81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61
                deadbeefdeadbeefdeadbeefdeadbeefdeadbeef`

  it('sections 16.1 and 17.1: AEAD_AES_128_GCM', () => {
    checkVectors(
      new GaloisCounterMode({ key: key128, salt }, { key: key128, salt }),
      [
        rtp,
        `${header} f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
         899d7f27beb16a9152cf765ee4390cce`,
      ],
      [
        rtcp,
        `81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded
         0bb9275bc84aa45896cf4d2fc5abf87245d9eade 800005d4`,
      ],
      0x5d4,
    )
  })

  it('sections 16.2 and 17.2: AEAD_AES_256_GCM', () => {
    checkVectors(
      new GaloisCounterMode({ key: key256, salt }, { key: key256, salt }),
      [
        rtp,
        `${header} 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
         7aa3db36dfffd6b0f9bb7878d7a76c13`,
      ],
      [
        rtcp,
        `81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de047
         6f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be 800005d4`,
      ],
      0x5d4,
    )
  })

  it("from a master key, packets as libsrtp's", () => {
    const key = Buffer.concat([key128, bytes('a0a1a2a3a4a5a6a7a8a9aaab')]).toString('base64')
    checkVectors(
      createTransform('AEAD_AES_128_GCM', key),
      [
        '800f1234decafbadcafebabe abababababababababababababababab',
        '800f1234decafbadcafebabe c5002ede04cfdd2eb91159e0880aa06e d2976826f796b201df3131a127e8a392',
      ],
      [
        '81c8000bcafebabe abababababababababababababababab',
        '81c8000bcafebabe c98b8b5df0392a55852b6c21ac8e7025 c52c6fbea2b3b446ea31123ba88ce61e 80000001',
      ],
      1,
    )
  })
})

describe('every suite', () => {
  it.each([
    ['AES_CM_128_HMAC_SHA1_80', 30, 10, 14],
    ['AES_CM_128_HMAC_SHA1_32', 30, 4, 14],
    ['AES_256_CM_HMAC_SHA1_80', 46, 10, 14],
    ['AES_256_CM_HMAC_SHA1_32', 46, 4, 14],
    ['AEAD_AES_128_GCM', 28, 16, 20],
    ['AEAD_AES_256_GCM', 44, 16, 20],
  ] as const)('%s adds what its RFC says', (suite: SrtpSuite, keyBytes, rtp, rtcp) => {
    const transform = createTransform(suite, Buffer.alloc(keyBytes, 7).toString('base64'))
    expect([transform.rtpOverhead, transform.rtcpOverhead]).toEqual([rtp, rtcp])
  })
})
