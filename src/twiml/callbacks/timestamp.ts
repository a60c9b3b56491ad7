/** RFC 2822, as call-backs have it. @param ms since the Unix epoch */
export function timestamp(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000')
}
