//! Glue between the client core and JavaScript: the module inside the npm package.
//!
//! One private class for the TypeScript façade in `npm/src`, which is what applications see. Here
//! ids are parsed, snapshots written as JSON and promises made; nothing is decided. What a type
//! looks like in JavaScript is written down in `npm/src/types.ts`, how the façade uses this class
//! in `npm/src/core.ts`.

#![cfg(target_family = "wasm")]

mod asked;
mod convert;
mod core;
mod host;
mod panic;
mod patch;
mod promise;
mod shapes;
mod views;
