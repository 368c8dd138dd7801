//! The checks of a store as a module for a page, which tries them on the store of the npm package.
//!
//! A module of its own, so that nothing of it is in the one that is published; it has no client in
//! it and is linked in seconds. `cargo xtask test package` builds it and opens the page.

#![cfg(target_family = "wasm")]

use std::sync::Arc;

use js_sys::{Function, Promise};
use relaychat_sdk::{
    Records, WebStore,
    store::{Store, conformance},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// Runs all checks, each on the empty store that `make` gives. A failed one stops the module, after
/// `on_panic` was told why.
#[wasm_bindgen(js_name = checkAll)]
pub fn check_all(make: Function, on_panic: Function) -> Promise {
    std::panic::set_hook(Box::new(move |panic| {
        let report = JsValue::from_str(&panic.to_string());
        // Nobody is left to tell when the page fails as well.
        let _ = on_panic.call1(&JsValue::UNDEFINED, &report);
    }));
    wasm_bindgen_futures::future_to_promise(async move {
        conformance::check_all(|| {
            let records = make.call0(&JsValue::UNDEFINED);
            let records: Records = records.expect("the page makes a store").unchecked_into();
            Arc::new(WebStore::new(records)) as Arc<dyn Store>
        })
        .await;
        Ok(JsValue::UNDEFINED)
    })
}
