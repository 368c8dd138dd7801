//! A webhook: an address of the host that is told what happens.

use uuid::Uuid;

/// A webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Names it.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// Signs what is sent.
    pub secret: Vec<u8>,
    /// The secret before, and until when it also signs.
    pub former: Option<(Vec<u8>, i64)>,
    /// The kinds of events it is told of.
    pub kinds: Vec<String>,
    /// When it was made.
    pub created_at_ms: i64,
    /// The first failure since something was taken.
    pub failing_since_ms: Option<i64>,
    /// Since when it is switched off, and why.
    pub disabled: Option<(i64, String)>,
}

impl Webhook {
    /// The secrets that sign now, the present one first.
    pub fn secrets(&self, now_ms: i64) -> impl Iterator<Item = &[u8]> {
        let former = self.former.as_ref();
        let former = former.filter(move |(_, until_ms)| now_ms < *until_ms);
        let former = former.map(|(secret, _)| secret.as_slice());
        std::iter::once(self.secret.as_slice()).chain(former)
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .field("kinds", &self.kinds)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}
