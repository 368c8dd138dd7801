/** The module that wasm-bindgen generates beside the compiled façade. Private. */

import type { Core as CoreShape, CoreStore, Host } from './core.js'

export default function init(source: { module_or_path: BufferSource }): Promise<unknown>
/** Called with the message and place of a panic, before the module stops for good. */
export function setPanicHandler(onPanic: (report: string) => void): void
export const Core: new (
  url: string,
  deviceName: string | undefined,
  host: Host,
  store: CoreStore | undefined,
) => CoreShape
