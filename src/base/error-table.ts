import type { ErrorRow } from './error-row.js'
import { flowErrors } from './flow-errors.js'

export type { ErrorRow } from './error-row.js'

/** Every error Parley reports, once. docs/errors.md is generated from this table. */
export const errorTable = {
  config_invalid: {
    meaning: 'The configuration has a value that is not allowed.',
    remedy: 'Correct the file and path named in the message; `parley config check` repeats the check.',
  },
  relay_setting_invalid: {
    meaning:
      'A ConversationRelay setting has a value that is not allowed, or two settings do not go together.',
    remedy: 'Correct the attribute named in the message.',
    twilio: 64101,
  },
  app_connect_failed: {
    meaning: "The app's WebSocket could not be opened.",
    remedy: 'Check that the URL is right, the app is running, and it answers the upgrade with status 101.',
    twilio: 64102,
  },
  internal_error: {
    meaning: 'Parley failed in a way it did not foresee.',
    remedy: 'Report it with the log lines that carry the same call id.',
    twilio: 64103,
    telnyx: '10007',
  },
  session_too_long: {
    meaning: 'The session reached the longest duration allowed.',
    remedy: 'Raise `limits.sessionMinutes` where calls this long are meant.',
    twilio: 64104,
  },
  app_socket_lost: {
    meaning: "The app's WebSocket closed without an `end` frame.",
    remedy: 'Look into the app for a crash, a deploy or a proxy timeout at the time of the event.',
    twilio: 64105,
  },
  media_setup_invalid: {
    meaning: 'The language or the voice is not one the speech engine has.',
    remedy: 'Install a speech engine that the start names, or choose a language and a voice that it has.',
    twilio: 64106,
  },
  frame_invalid: {
    meaning: 'The app sent a frame that the protocol does not allow; it was dropped and the session went on.',
    remedy: 'Correct the field named in the description; ten in a row close the socket.',
    twilio: 64107,
  },
  rtp_timeout: {
    meaning: 'No RTP arrived from the caller for longer than the limit.',
    remedy: 'Check firewalls and NAT between the caller and the RTP ports; `rtp.timeoutMs` sets the limit.',
    twilio: 64108,
  },
  at_capacity: {
    meaning: 'The node carries as many calls as it may.',
    remedy: 'Add a node, or raise `limits.calls` if the machine has room.',
    twilio: 64109,
  },
  tts_failed: {
    meaning: 'The text-to-speech engine failed; the session went on without that speech.',
    remedy: 'Check the engine with its own message in the event.',
    twilio: 64111,
  },
  tts_conversion_failed: {
    meaning: 'Audio could not be converted for the call; the session went on without it.',
    remedy: 'Send WAV or MP3 in a common format.',
    twilio: 64112,
  },
  stt_failed: {
    meaning: 'The speech-to-text engine failed.',
    remedy: 'Check the engine with its own message in the event.',
    twilio: 64114,
  },
  media_fetch_failed: {
    meaning: 'Media that was to be played could not be fetched or decoded.',
    remedy: 'Check that the URL answers 200 with a WAV or MP3 body within the time and size limits.',
  },
  node_shutting_down: {
    meaning: 'The node is shutting down and the drain time is over.',
    remedy: 'Raise `drain.timeoutMs` where calls take longer, and send new calls to another node.',
  },
  sip_message_invalid: {
    meaning: 'A SIP message, or a part of one, is not allowed by the grammar.',
    remedy: 'Look at the sender named in the log; a capture of the message shows the place.',
  },
  sip_listen_failed: {
    meaning: 'An address for SIP could not be bound.',
    remedy:
      'Stop what holds the port, or set another with `sip.port`; the address must be one of this machine.',
  },
  sip_tls_invalid: {
    meaning: 'The certificate or key for SIP over TLS cannot be read or used.',
    remedy:
      'Check `sip.tls.certFile` and `sip.tls.keyFile`: both in PEM, belonging together, readable by this process.',
  },
  sip_unresolvable: {
    meaning:
      'The host of a SIP address could not be found, or none of its addresses can be reached from here.',
    remedy:
      'Check the name, and that the DNS has an address for it; `sip.transports` has to list the transport asked for.',
  },
  store_failed: {
    meaning: 'The database of calls could not be opened, read or written; calls themselves go on.',
    remedy: 'Check that the file named in the message can be written and the disk has room.',
  },
  session_in_progress: {
    meaning: 'The call has a session already; it can have one at a time.',
    remedy: 'End the session that runs, or wait for its end, before starting another.',
    telnyx: '90061',
  },
  call_over: {
    meaning: 'The call is over and takes no commands.',
    remedy: 'Stop when the end of the call is told; the records have what became of it.',
    telnyx: '90018',
  },
  call_target_invalid: {
    meaning:
      'There is nobody to call under this name: it is no number, no SIP URI and no phone of the configuration.',
    remedy: 'Give a number in E.164 form (+15550001111), a sip: URI, or the name of a phone in `phones`.',
    telnyx: '10016',
  },
  call_route_missing: {
    meaning: 'No trunk takes this number.',
    remedy: 'Add a trunk to `trunks` whose rules take the number.',
  },
  call_limit_reached: {
    meaning: 'The node has as many calls as it may; no more are placed.',
    remedy: 'Wait for calls to end, add a node, or raise `limits.calls` if the machine has room.',
    telnyx: '90043',
  },
  webhook_failed: {
    meaning: 'A webhook was given up: none of its URLs took it, however often it was tried.',
    remedy: 'The list of deliveries has every attempt with its answer; look into the app for the reason.',
    twilio: 11200,
  },
  call_ambiguous: {
    meaning: 'The beginning of an identifier fits several calls.',
    remedy: 'Give more of its characters.',
  },
  http_listen_failed: {
    meaning: 'The HTTP server could not bind its address.',
    remedy: 'Stop what uses the port, or set another with `http.port` (PARLEY_HTTP_PORT).',
  },
  http_not_found: {
    meaning: 'There is nothing at this address.',
    remedy: 'GET / lists the addresses there are.',
  },
  http_bad_request: {
    meaning: 'The request is not one this address takes.',
    remedy: 'Correct the parameter named in the message.',
  },
  admin_key_required: {
    meaning: 'The records of calls are shown to this machine only, or to those who send the admin key.',
    remedy: 'Set `http.adminKey` (PARLEY_HTTP_ADMIN_KEY) and send it as `Authorization: Bearer KEY`.',
  },
  admin_key_wrong: {
    meaning: 'The key given to sign in is not the admin key.',
    remedy:
      'Give `http.adminKey`; where the configuration has none, the key is in the file `admin-key` of the data folder.',
  },
  too_many_attempts: {
    meaning: 'Too many wrong keys were given in the last minute.',
    remedy: 'Wait for as long as `Retry-After` says.',
  },
  recording_missing: {
    meaning: 'The call has no recording, or its file is gone.',
    remedy: 'Set `record: true` for the route, or `recording.enabled`, and call again.',
  },
  app_talk_missing: {
    meaning: 'There is no such talk by hand; it ended, or nobody looked at it for a minute.',
    remedy: 'Begin a new one.',
  },
  app_talk_limit: {
    meaning: 'As many talks by hand are open as there may be.',
    remedy: 'End one of them.',
  },
  web_unavailable: {
    meaning: 'This node takes no calls from browsers.',
    remedy:
      'Set `webrtc.enabled`; where node-datachannel could not be loaded, the message says why (it has binaries for Linux, macOS and Windows).',
  },
  web_offer_invalid: {
    meaning: 'The offer is no session description, or one that cannot be used.',
    remedy: 'Send what `RTCPeerConnection.createOffer()` gives, as `application/sdp`.',
  },
  web_offer_unacceptable: {
    meaning: 'The offer has nothing in common with what Parley speaks.',
    remedy: 'Offer audio with Opus over DTLS-SRTP, with `a=rtcp-mux`.',
  },
  web_route_missing: {
    meaning: 'No route, application or number answers what the browser dialled.',
    remedy:
      'Dial something that `routes`, `telnyx.applications` or `twilio.numbers` of the configuration has.',
  },
  web_token_required: {
    meaning: 'Calls from browsers elsewhere need a token.',
    remedy:
      'Send a call token, or the admin key, as Bearer token; `parley call-token` and `POST /v1/webrtc/tokens` make them.',
  },
  web_token_invalid: {
    meaning: 'The call token is not signed by this node, or has expired.',
    remedy: 'Make another one.',
  },
  web_token_forbidden: {
    meaning: 'The call token is good, but not for this destination or name.',
    remedy: 'Make one with the `to` or the `client` that is wanted.',
  },
  web_call_not_found: {
    meaning: 'There is no such call of a browser, or it is over.',
    remedy: 'Begin another one.',
  },
  web_etag_missing: {
    meaning: 'A change of the ICE session has to say which one it means.',
    remedy: 'Send the ETag of the last answer as `If-Match`, or `*`.',
  },
  web_etag_stale: {
    meaning: 'The change is meant for an ICE session that another one has taken the place of.',
    remedy: 'Send it with the ETag of the last answer.',
  },
  web_restart_unsupported: {
    meaning: 'ICE cannot be restarted within a peer connection.',
    remedy: 'Send the offer of a new peer connection to the same address, as `application/sdp`.',
  },
  web_media_type: {
    meaning: 'The request has a content type that this address does not take.',
    remedy: 'Send an offer as `application/sdp`, candidates as `application/trickle-ice-sdpfrag`.',
  },
  key_unusable: {
    meaning: 'A key of this node, kept in its data folder, cannot be read, made or understood.',
    remedy:
      'Make the file readable for the user that runs Parley; where it is damaged, delete it and a new one is made.',
  },
  media_unsupported: {
    meaning: 'The media is neither WAV nor MP3, or a kind of them that cannot be decoded.',
    remedy: 'Send WAV (PCM of 8 to 32 bits, float, A-law or mu-law) or MP3; the message says what was found.',
  },
  media_damaged: {
    meaning: 'The media looks like WAV or MP3 but holds no audio that can be decoded.',
    remedy: 'Play the file elsewhere to see whether it is whole; the message says where it breaks.',
  },
  media_too_long: {
    meaning: 'The media is longer, or takes longer to decode, than the limit.',
    remedy: 'Send a shorter file.',
  },
  rtp_ports_exhausted: {
    meaning: 'No pair of UDP ports is free for the media of a call.',
    remedy: 'Widen `rtp.ports`, or lower `limits.calls`; each call takes two ports.',
  },
  rtp_bind_failed: {
    meaning: 'The address for media could not be bound.',
    remedy: 'Set `rtp.host` to an address of this machine.',
  },
  playout_queue_full: {
    meaning: 'More speech, media or digits wait to be played than a session may hold; the rest was dropped.',
    remedy: 'Send replies as the call needs them, not far ahead.',
  },
  digits_failed: {
    meaning: 'Digits could not be sent down the line; the session went on without them.',
    remedy: 'Check the leg with the message in the event.',
  },
  sip_request_refused: {
    meaning:
      'The other end did not take a change that Parley asked for in a call; the call goes on as it was.',
    remedy: 'The message has the status it answered; look at what it supports.',
  },
  webhook_url_invalid: {
    meaning: "The address of an app's document or call-back is no http(s) URL.",
    remedy: 'Write an absolute http(s) URL, or one relative to the document it stands in.',
    twilio: 11100,
  },
  document_fetch_failed: {
    meaning: "An app's document could not be fetched: it answered another status than 2xx, or took too long.",
    remedy: 'Look into the app for the request named in the message; a fallback URL catches such failures.',
    twilio: 11200,
  },
  document_connect_failed: {
    meaning: "No connection to the app that serves a call's documents could be made, or it broke.",
    remedy: 'Check that the app runs and its address can be reached from this machine.',
    twilio: 11205,
  },
  document_http_invalid: {
    meaning: "The app's answer is not HTTP.",
    remedy: 'Check that the address is that of an HTTP server, and http or https as it speaks.',
    twilio: 11206,
  },
  document_host_unknown: {
    meaning: "The name of the app's host is not known.",
    remedy: 'Correct the host, or put it into the host map.',
    twilio: 11210,
  },
  document_redirects: {
    meaning: 'The app redirected more often than is followed.',
    remedy: 'Answer with the document, or with a redirect that leads to it.',
    twilio: 11215,
  },
  document_tls_failed: {
    meaning: 'The TLS handshake with the app failed, or its certificate does not hold.',
    remedy: 'Use a certificate of a known authority for that name, http, or the host map.',
    twilio: 11220,
  },
  document_too_large: {
    meaning: "An app's document is larger than 64 KB.",
    remedy: 'Split it with <Redirect>.',
    twilio: 11750,
  },
  document_empty: {
    meaning: 'The app answered without a document.',
    remedy:
      'Answer with <Response/> where nothing is meant to follow; a 204 says the same without a warning.',
    twilio: 11770,
  },
  document_malformed: {
    meaning: "An app's document is not well-formed XML.",
    remedy: 'Correct the line named in the message; an & is written &amp; in XML.',
    twilio: 12100,
  },
  document_root_invalid: {
    meaning: "The outermost element of an app's document is not <Response>.",
    remedy: 'Put the verbs into <Response>.',
    twilio: 12102,
  },
  document_content_type_invalid: {
    meaning: "An app's document has a content type that no instructions can be read from.",
    remedy: 'Answer with text/xml or application/xml; text/plain is read out, audio is played.',
    twilio: 12300,
  },
  document_loop: {
    meaning: 'Documents redirect to each other without anything happening between.',
    remedy: 'Break the circle, or let a <Pause> stand in it.',
    twilio: 12400,
  },
  verb_invalid: {
    meaning:
      'A verb, an attribute or a text of a document is not as it must be; it was skipped, or its default taken.',
    remedy: 'Correct what the message names.',
    twilio: 12200,
  },
  ...flowErrors,
  caller_line_invalid: {
    meaning: 'The scripted caller cannot say a line.',
    remedy: 'Give a WAV or MP3 file that exists, or a text that the installed voices can speak.',
  },
  call_not_found: {
    meaning: 'There is no such call in the records.',
    remedy: '`parley calls` lists the calls there are.',
  },
  records_missing: {
    meaning: 'There are no records of calls in this folder.',
    remedy: 'Name the folder of the relay that took the calls with `--data`, or take a call first.',
  },
  speech_program_missing: {
    meaning: 'A program that speaks or recognises speech is not installed.',
    remedy: 'Install it with the command in the message, or choose another engine.',
  },
  model_unknown: {
    meaning: 'There is no speech model of that name.',
    remedy: '`parley models list` names those that can be pulled and those that are here.',
  },
  model_pull_failed: {
    meaning: 'A speech model could not be downloaded or unpacked.',
    remedy:
      'Pull it again: what came is gone on with. Behind a wall, set `models.mirror` to a server that has it.',
  },
  model_checksum_wrong: {
    meaning: 'What was downloaded is not the speech model that was expected.',
    remedy: 'Pull it again; if it stays so, compare the SHA-256 with that of somebody you trust.',
  },
} as const satisfies Record<string, ErrorRow>

/** Stable name of an error. */
export type ErrorCode = keyof typeof errorTable
