//! Where the server listens and who may call it.

use super::{Section, Setting};
use crate::settings::value::Kind;

pub(crate) const LISTEN: Setting =
    Setting::new("listen", Kind::Address, "Address and port to listen on")
        .default("127.0.0.1:8080")
        .common();

pub(crate) const PUBLIC_URL: Setting = Setting::new(
    "public_url",
    Kind::Text("URL"),
    "Address under which people reach the server, without a slash at the end",
)
.otherwise("http:// and the listener")
.example("https://chat.example.com")
.common();

pub(crate) const NAME: Setting = Setting::new(
    "name",
    Kind::Text("NAME"),
    "What mails and pages call this server",
)
.default("RelayChat");

pub(crate) const ALLOWED_ORIGINS: Setting = Setting::new(
    "allowed_origins",
    Kind::List("ORIGINS"),
    "Other web origins whose pages may call the API and open sockets",
)
.example("https://www.example.com");

pub(crate) const TRUSTED_PROXIES: Setting = Setting::new(
    "trusted_proxies",
    Kind::List("RANGES"),
    "Proxies whose X-Forwarded-For is believed",
)
.example("10.0.0.0/8");

pub(crate) const SECTION: Section = Section {
    title: "Server",
    settings: &[LISTEN, PUBLIC_URL, NAME, ALLOWED_ORIGINS, TRUSTED_PROXIES],
};
