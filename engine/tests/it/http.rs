//! An HTTP client for the stories that need a whole one.
//!
//! Built together with the client core, reqwest comes without a TLS provider of its own and wants
//! one to be there before it makes a client, even one that only ever speaks plain HTTP.

/// A client that works however the workspace is built.
pub(crate) fn http() -> reqwest::Client {
    // Somebody else in this process was first: just as good.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    reqwest::Client::new()
}
