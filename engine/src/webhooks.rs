//! Webhooks: telling servers of the host over HTTP, so that they can believe it and we stay safe.
//!
//! - **Signed** after Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`
//!   (`v1,` and Base64 of an HMAC-SHA256 over id, time and body).
//! - **Guarded**: whoever may add a webhook must not reach through the engine into the network it
//!   stands in. Every address a name leads to is looked at, and the connection goes to those that
//!   were looked at, since the same resolver makes it. Redirects are not followed; answers are read only where something was asked.
//! - **Bounded**: one time limit over connecting, sending and the answer's head.
//!
//! Not here: when to try again, and what to do with what nobody takes. That is the job's part.

mod address;
mod poster;
mod resolver;
mod signature;

pub(crate) use address::Reach;
pub(crate) use poster::{Post, Posted, Poster, PosterSettings, complaint};
use signature::signatures;
pub(crate) use signature::{readable_secret, secret_bytes};
