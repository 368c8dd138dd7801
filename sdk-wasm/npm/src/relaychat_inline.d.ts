/** The bytes of `relaychat_bg.wasm` as base64, written by the build. Private. */

declare const base64: string
export default base64
