//! Parts that a host brings itself: how mail leaves ([`PostOffice`]), and where bytes lie
//! ([`MapBlobs`]).
//!
//! Both are small on purpose: they show the seams, and `tests/` shows how a backend of your own is
//! proven with the suites that the engine's own backends pass.

mod blobs;
mod mailer;

pub use blobs::MapBlobs;
pub use mailer::{Counter, PostOffice, Unsent};
