//! How uploads are read.

/// How uploads are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadConfig {
    /// Through the engine, or straight from the store.
    pub reads: UploadReads,
}

/// The way of the bytes to whoever may read them. In either case permission is given by the
/// engine's own signed links; profile pictures always go through the engine, for they may be kept
/// for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UploadReads {
    /// Through the engine. Works with every store, also with one that only the engine reaches.
    #[default]
    Relayed,
    /// Straight from the store, where it signs addresses (S3 does, a folder does not): the engine
    /// answers with a redirect to an address that works for five minutes. Clients must reach the
    /// store; pages that show pictures must allow its origin (`img-src`, `media-src`, and
    /// `connect-src` with CORS at the store for pages that fetch them); the web application that
    /// comes with the engine does not.
    Redirected,
}
