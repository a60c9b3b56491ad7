/** Something wrong with a flow. */
export interface FlowProblem {
  /** JSON pointer as Studio writes it: `#/states/3/properties/url`. */
  readonly path: string
  /** In the vendor's words where it has some. */
  readonly message: string
}
