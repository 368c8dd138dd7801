//! The figures of an engine: what was counted, and how full it is now.

use super::Engine;
use crate::metrics::{Family, gauge, states};

impl Engine {
    /// What the engine counts about itself, as it is now. Reads nothing from storage.
    #[must_use]
    pub fn metrics(&self) -> Vec<Family> {
        let mut families = self.0.api.services.metrics.families();
        families.push(gauge(
            "relaychat_sockets",
            "Sockets that are authenticated and open.",
            self.socket_count() as f64,
        ));
        families.push(gauge(
            "relaychat_is_draining",
            "1 while the server stops.",
            claim(self.0.lifecycle.is_draining()),
        ));
        families.extend(self.0.realtime.is_broker_connected().map(|is_connected| {
            let help = "1 while the broker can be heard that connects the nodes.";
            gauge("relaychat_is_broker_connected", help, claim(is_connected))
        }));
        families.extend(self.pool().into_iter().flatten());
        families
    }

    fn pool(&self) -> Option<[Family; 2]> {
        let pool = self.0.storage.pool_use()?;
        let states = states(
            "relaychat_storage_connections",
            "Connections of the pool that reads from the database.",
            &[("busy", pool.busy.into()), ("idle", pool.idle.into())],
        );
        let max = gauge(
            "relaychat_storage_connections_max",
            "Connections that pool may have; whoever needs one more waits.",
            pool.max.into(),
        );
        Some([states, max])
    }
}

fn claim(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}
