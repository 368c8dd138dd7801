//! Names to addresses that may be connected to. What this gives is what the connection is made to:
//! a name that leads elsewhere a moment later changes nothing.

use std::{io, net::SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;

/// Resolves with the system, and drops what is out of reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuardedResolver(pub(super) Reach);

/// A name led to no address that may be told.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the name leads to no address that may be told")]
pub(super) struct OutOfReach;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|one| reach.allows(one.ip())).collect();
            if allowed.is_empty() {
                return Err(io::Error::other(OutOfReach).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
