//! What a person sees when the server has started; a machine gets one line of the log.

use crate::settings::Settings;

/// Column at which remarks begin.
const REMARKS: usize = 36;

/// Says where everything is.
pub(crate) fn show(settings: &Settings, is_new: bool, has_inbox: bool) {
    let url = settings.engine.public_url.as_deref().unwrap_or_default();
    let database = settings.places.database.kind();
    let version = env!("CARGO_PKG_VERSION");
    if settings.is_log_json {
        tracing::info!(version, url, database, "ready");
        return;
    }
    let folder = settings.places.data.display();
    let created = if is_new { "   (created)" } else { "" };
    let together = if settings.places.redis.is_some() {
        "   redis"
    } else {
        ""
    };
    println!("RelayChat {version}   data {folder}   {database}{together}{created}");
    println!("  Chat       {url}");
    if has_inbox {
        let inbox = format!("{url}/_/inbox");
        println!(
            "  Dev inbox  {inbox:<REMARKS$}no SMTP set: login codes appear here and in this log"
        );
    }
    let docs = format!("{url}/api/docs");
    println!("  API        {docs:<REMARKS$}openapi.json beside it");
}
