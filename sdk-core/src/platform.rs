//! What differs between a native program and a browser, behind functions of the same name.
//!
//! Tasks, timers, the clock, randomness, the time zone and local files. Only this module, the
//! transports and the stores know which of the two they are compiled for; everything above is one
//! code for both. No rule of the client lives here.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(not(target_family = "wasm"))]
use native as chosen;
#[cfg(target_family = "wasm")]
use web as chosen;

#[cfg(target_family = "wasm")]
pub(crate) use web::call_global;

#[cfg(test)]
pub(crate) use native::simulated;

pub use chosen::{BoxFuture, BoxStream, LocalFile, MaybeSend, MaybeSync};
pub(crate) use chosen::{Spawner, now_ms, random_unit, sleep_ms, utc_offset_ms, uuid_v7};
