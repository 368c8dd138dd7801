//! The store of a page: JavaScript keeps the records, in IndexedDB, behind four functions.
//!
//! The database itself is driven by the npm package (`store.ts`), because the same thing through
//! bindings would cost the module many times the bytes. Here values only cross the boundary: keys
//! and JSON as strings, files as `Blob`s that never enter the module's memory.

use js_sys::{Array, JsString, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{Change, Keys, Record, Store, StoreError, StoreErrorKind, Table, Value};
use crate::{Content, platform::BoxFuture, platform::LocalFile};

#[wasm_bindgen]
extern "C" {
    /// The interface `CoreStore` of the package's `core.ts`.
    #[derive(Debug)]
    pub type Records;

    /// Keys and values in turn.
    #[wasm_bindgen(method)]
    fn read(this: &Records, table: &str, from: &str, until: Option<&str>) -> Promise;

    /// Of each change the table, the key, the value, and the end of the keys: what has no value is
    /// removed.
    #[wasm_bindgen(method)]
    fn write(this: &Records, changes: &Array) -> Promise;

    #[wasm_bindgen(method)]
    fn clear(this: &Records) -> Promise;

    #[wasm_bindgen(method)]
    fn close(this: &Records) -> Promise;
}

/// Keeps everything where the page's `records` put it.
#[derive(Debug)]
pub struct WebStore {
    records: Records,
}

impl WebStore {
    /// The store behind an object of the page.
    #[must_use]
    pub fn new(records: Records) -> Self {
        Self { records }
    }
}

impl Store for WebStore {
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        let Keys { from, until } = keys;
        let reading = self.records.read(table.as_str(), &from, until.as_deref());
        Box::pin(async move {
            let found: Array = settled(reading, "read").await?.unchecked_into();
            let record = |place| {
                let value = from_js(found.get(2 * place + 1))?;
                let key = found.get(2 * place).as_string()?;
                Some(Record { key, value })
            };
            let records: Option<Vec<_>> = (0..found.length() / 2).map(record).collect();
            records.ok_or(StoreError {
                kind: StoreErrorKind::Damaged,
                operation: "read",
            })
        })
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        let list = Array::new();
        for change in changes {
            let (table, key, value, until) = match change {
                Change::Put(table, Record { key, value }) => (table, key, to_js(value), None),
                Change::Remove(table, Keys { from, until }) => {
                    (table, from, JsValue::UNDEFINED, until)
                }
            };
            list.push(&table.as_str().into());
            list.push(&key.into());
            list.push(&value);
            list.push(&until.into());
        }
        done(self.records.write(&list), "write")
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        done(self.records.clear(), "clear")
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        done(self.records.close(), "close")
    }

    fn is_durable(&self) -> bool {
        true
    }
}

fn done(work: Promise, operation: &'static str) -> BoxFuture<'static, Result<(), StoreError>> {
    Box::pin(async move { settled(work, operation).await.map(drop) })
}

/// The page says in one word what went wrong.
async fn settled(work: Promise, operation: &'static str) -> Result<JsValue, StoreError> {
    JsFuture::from(work).await.map_err(|reason| {
        let kind = match reason.as_string().as_deref() {
            Some("full") => StoreErrorKind::Full,
            Some("damaged") => StoreErrorKind::Damaged,
            _ => StoreErrorKind::Unavailable,
        };
        StoreError { kind, operation }
    })
}

fn to_js(value: Value) -> JsValue {
    match value {
        Value::Text(text) => text.into(),
        Value::Content(Content::Bytes(bytes)) => Uint8Array::from(&bytes[..]).into(),
        Value::Content(Content::File(file)) => file.blob().into(),
    }
}

fn from_js(value: JsValue) -> Option<Value> {
    if let Some(text) = value.dyn_ref::<JsString>() {
        return Some(Value::Text(text.into()));
    }
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Some(Value::Content(Content::Bytes(bytes.to_vec().into())));
    }
    let blob: Blob = value.dyn_into().ok()?;
    Some(Value::Content(Content::File(LocalFile::new(blob))))
}
