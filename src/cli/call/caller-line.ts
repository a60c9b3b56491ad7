/** One thing the scripted caller does, in the order given on the command line. */
export type CallerLine =
  | { readonly kind: 'say'; readonly text: string }
  /** Said as soon as the agent speaks, over it. */
  | { readonly kind: 'interrupt'; readonly text: string }
  | { readonly kind: 'wav'; readonly file: string }
  | { readonly kind: 'digits'; readonly digits: string }

/** Digits a caller can press: keys, `w` for half a second, `W` for a second. */
export const DIGITS = /^[0-9A-D#*wW]+$/i
