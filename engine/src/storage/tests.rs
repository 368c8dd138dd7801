//! What holds on every database beyond the conformance suite.

mod properties;
