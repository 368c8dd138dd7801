//! A panic is told to the façade, with its place, before the module stops for good.

#![expect(
    unreachable_pub,
    reason = "wasm-bindgen exports public functions only, and from any module"
)]

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

thread_local! {
    static HANDLER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Calls `on_panic` with the message and place of a panic. The module must not be entered again
/// after that.
#[wasm_bindgen(js_name = setPanicHandler)]
pub fn set_panic_handler(on_panic: Function) {
    HANDLER.set(Some(on_panic));
    std::panic::set_hook(Box::new(|panic| {
        let report = panic.to_string();
        // Taken out, so that a second panic on the way cannot call it again.
        if let Some(on_panic) = HANDLER.take() {
            // Nobody is left to tell when the handler itself fails.
            let _ = on_panic.call1(&JsValue::UNDEFINED, &JsValue::from_str(&report));
        }
    }));
}
