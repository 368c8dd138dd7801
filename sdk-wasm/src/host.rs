//! What the façade gives: a way to wake it, tokens, and a place for the session.

use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use relaychat_sdk::{RelayError, SessionStore, StoredSession, TokenReason};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The interface `Host` of `npm/src/core.ts`.
    pub type Host;

    #[wasm_bindgen(method)]
    pub(crate) fn wake(this: &Host, topic: &str);

    #[wasm_bindgen(method, getter, js_name = getToken)]
    pub(crate) fn get_token(this: &Host) -> Option<Function>;

    #[wasm_bindgen(method, js_name = loadSession)]
    fn load_session(this: &Host) -> Option<String>;

    #[wasm_bindgen(method, js_name = saveSession)]
    fn save_session(this: &Host, session: Option<&str>);
}

/// The page's storage, behind the façade.
pub(crate) struct HostSessions(pub(crate) Rc<Host>);

impl std::fmt::Debug for HostSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HostSessions")
    }
}

impl SessionStore for HostSessions {
    fn load(&self) -> Option<StoredSession> {
        // A session that an older version wrote otherwise is none.
        StoredSession::from_json(&self.0.load_session()?)
    }

    fn save(&self, session: Option<&StoredSession>) {
        let json = session.map(StoredSession::to_json);
        self.0.save_session(json.as_deref());
    }
}

/// Asks the application for a token.
pub(crate) async fn token(get_token: Function, reason: TokenReason) -> Result<String, RelayError> {
    let answer = match get_token.call1(&JsValue::UNDEFINED, &JsValue::from_str(reason.as_str())) {
        Ok(answer) => JsFuture::from(Promise::resolve(&answer)).await,
        Err(error) => Err(error),
    };
    match answer.map(|token| token.as_string()) {
        Ok(Some(token)) => Ok(token),
        Ok(None) => Err(RelayError::network("getToken gave no text")),
        Err(error) => Err(refusal(&error)),
    }
}

/// An error of code `unauthenticated` signs out; any other failure is tried again.
fn refusal(error: &JsValue) -> RelayError {
    let text = |key: &str| {
        Reflect::get(error, &JsValue::from_str(key))
            .ok()?
            .as_string()
    };
    let message = text("message").unwrap_or_default();
    if error.is_object() && text("code").as_deref() == Some("unauthenticated") {
        return RelayError::unauthenticated(message);
    }
    RelayError::network(message)
}

/// A function of the host that is really one.
pub(crate) fn token_function(host: &Host) -> Option<Function> {
    host.get_token()?.dyn_into().ok()
}
