//! Promises and errors.
//!
//! An async method of a class would keep the class borrowed until it ends, and `free()` would
//! fail meanwhile. So every call clones what it needs and becomes a promise of its own.

use std::{future::Future, pin::Pin};

use js_sys::Promise;
use relaychat_sdk::{RelayError, protocol::ErrorCode};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::{patch::to_json, shapes};

/// A promise of nothing, an id or the like.
pub(crate) fn promise<T: Into<JsValue>>(
    work: impl Future<Output = Result<T, RelayError>> + 'static,
) -> Promise {
    start(Box::pin(async move {
        work.await.map(Into::into).map_err(|error| thrown(&error))
    }))
}

/// Not generic: what a promise needs is in the module once, and not once for every call.
fn start(work: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    wasm_bindgen_futures::future_to_promise(work)
}

/// A promise of the JSON of a value.
pub(crate) fn promise_json<T: Serialize>(
    work: impl Future<Output = Result<T, RelayError>> + 'static,
) -> Promise {
    promise(async move { work.await.map(|value| to_json(&value)) })
}

/// What JavaScript catches: the JSON of the error, of which the façade makes an object.
pub(crate) fn thrown(error: &RelayError) -> JsValue {
    JsValue::from_str(&to_json(&shapes::Error::from(error)))
}

/// Parses an id. What is not an id names nothing.
pub(crate) fn id<I: std::str::FromStr>(text: &str) -> Result<I, RelayError> {
    text.parse()
        .map_err(|_| RelayError::of(ErrorCode::NotFound, "that is not an id"))
}
