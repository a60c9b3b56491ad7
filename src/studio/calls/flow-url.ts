/** Host of flows' URLs on the vendor's service, which numbers and documents may still name. */
const VENDOR_HOST = 'webhooks.twilio.com'

/** A flow's URL, told apart. */
export interface FlowUrl {
  readonly flowSid: string
  /** `FlowEvent` and whatever else is in the query. */
  readonly fields: Readonly<Record<string, string>>
}

/** URL by which calls are given to a flow, and come back to it. */
export function flowUrl(baseUrl: string, accountSid: string, flowSid: string): string {
  return `${baseUrl}/v1/Accounts/${accountSid}/Flows/${flowSid}`
}

/** What a URL says when it is one of a flow, on this node or on the vendor's service. */
export function readFlowUrl(text: string, baseUrl: string): FlowUrl | undefined {
  if (!URL.canParse(text)) return undefined
  const { host, pathname, searchParams } = new URL(text)
  if (host !== VENDOR_HOST && !(URL.canParse(baseUrl) && host === new URL(baseUrl).host)) return undefined
  const [, flowSid] = /\/v1\/Accounts\/AC[0-9a-fA-F]{32}\/Flows\/(FW[0-9a-fA-F]{32})\/?$/.exec(pathname) ?? []
  return flowSid === undefined ? undefined : { flowSid, fields: Object.fromEntries(searchParams) }
}
