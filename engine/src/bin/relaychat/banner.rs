//! What a person sees when the server has started.

use crate::files::DataFolder;

/// Prints where everything is.
pub(crate) fn print(url: &str, data: &DataFolder, has_inbox: bool) {
    let version = env!("CARGO_PKG_VERSION");
    let folder = data.path.display();
    let created = if data.is_new { "   (created)" } else { "" };
    println!("RelayChat {version}   data {folder}   sqlite{created}");
    println!("  Chat       {url}");
    if has_inbox {
        let inbox = format!("{url}/_/inbox");
        println!("  Dev inbox  {inbox:<36}no SMTP set: login codes appear here and in this log");
    }
    let docs = format!("{url}/api/docs");
    println!("  API        {docs:<36}openapi.json beside it");
}
