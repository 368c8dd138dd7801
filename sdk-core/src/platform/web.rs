//! Browsers: tasks on the event loop, `setTimeout`, `Date`, `Blob`.

use std::{future::Future, pin::Pin};

use wasm_bindgen::{JsCast, JsValue};

/// A boxed future; a page has one thread, so it need not be able to move.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A boxed stream; a page has one thread, so it need not be able to move.
pub type BoxStream<'a, T> = Pin<Box<dyn futures_util::Stream<Item = T> + 'a>>;

/// `Send` where there are threads, nothing in a browser.
pub trait MaybeSend {}
impl<T> MaybeSend for T {}

/// `Sync` where there are threads, nothing in a browser.
pub trait MaybeSync {}
impl<T> MaybeSync for T {}

/// A `Blob` or `File` of the page. Its bytes are never copied into the module's memory.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalFile(web_sys::Blob);

impl Eq for LocalFile {}

impl LocalFile {
    /// The page's `blob` or file.
    #[must_use]
    pub fn new(blob: web_sys::Blob) -> Self {
        Self(blob)
    }

    /// The page's object.
    #[must_use]
    pub fn blob(&self) -> &web_sys::Blob {
        &self.0
    }

    /// Its size.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes of blobs are whole and not negative"
    )]
    pub fn size_bytes(&self) -> u64 {
        self.0.size() as u64
    }
}

/// Starts tasks on the event loop.
#[derive(Clone, Debug)]
pub(crate) struct Spawner;

impl Spawner {
    pub(crate) fn here() -> Option<Self> {
        Some(Self)
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        // Boxed, so that what a task needs is in the module once and not once for every task.
        wasm_bindgen_futures::spawn_local(Box::pin(task) as BoxFuture<'static, ()>);
    }
}

/// Browsers run a `setTimeout` of more than 2^31 ms at once: wait at most a day at a time.
const LONGEST_TIMEOUT_MS: u64 = 86_400_000;

pub(crate) async fn sleep_ms(ms: u64) {
    let ms = f64::from(u32::try_from(ms.min(LONGEST_TIMEOUT_MS)).unwrap_or(u32::MAX));
    let mut timeout = Timeout(JsValue::UNDEFINED);
    let promise = js_sys::Promise::new(&mut |resolve, _reject| {
        if let Ok(id) = call_global("setTimeout", &[resolve.into(), JsValue::from_f64(ms)]) {
            timeout.0 = id;
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// A timer of the page, which ends with the wait for it: most are for what comes in time.
struct Timeout(JsValue);

impl Drop for Timeout {
    fn drop(&mut self) {
        let _ = call_global("clearTimeout", &[self.0.clone()]);
    }
}

/// Calls a function of the global object, which is a window in pages and something else in workers.
pub(crate) fn call_global(name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let global = js_sys::global();
    let function: js_sys::Function =
        js_sys::Reflect::get(&global, &JsValue::from_str(name))?.dyn_into()?;
    function.apply(&global, &arguments.iter().collect::<js_sys::Array>())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the milliseconds of Date are whole"
)]
pub(crate) fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

pub(crate) fn uuid_v7() -> uuid::Uuid {
    let millis = u64::try_from(now_ms()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
}

/// From the page's `crypto`.
fn random_bytes() -> [u8; 10] {
    let array = js_sys::Uint8Array::new_with_length(10);
    let filled = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("crypto"))
        .and_then(|crypto| {
            let fill: js_sys::Function =
                js_sys::Reflect::get(&crypto, &JsValue::from_str("getRandomValues"))?.dyn_into()?;
            fill.call1(&crypto, &array)
        })
        .is_ok();
    if !filled {
        // No `crypto` at all: ids need to be unique, not secret.
        for index in 0..array.length() {
            array.set_index(index, random_byte());
        }
    }
    let mut bytes = [0; 10];
    array.copy_to(&mut bytes);
    bytes
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies between 0 and 255"
)]
fn random_byte() -> u8 {
    (random_unit() * 256.0) as u8
}

/// A random number from 0 to 1, without 1.
pub(crate) fn random_unit() -> f64 {
    js_sys::Math::random()
}

/// How far the device's local time is ahead of UTC at `at_ms`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "times and offsets are far below 2^52"
)]
pub(crate) fn utc_offset_ms(at_ms: i64) -> i64 {
    let date = js_sys::Date::new(&JsValue::from_f64(at_ms as f64));
    -(date.get_timezone_offset() as i64) * 60_000
}
