//! How mail leaves.

use super::{Section, Setting};
use crate::settings::value::Kind;

pub(crate) const SMTP_URL: Setting = Setting::new(
    "smtp_url",
    Kind::Text("URL"),
    "Mail server: smtps:// is TLS, smtp:// is STARTTLS, smtp://…?tls=none for a relay on this machine",
)
.otherwise("none: on loopback codes appear in the development inbox")
.example("smtps://user:password@mail.example.com")
.secret()
.common();

pub(crate) const SMTP_FROM: Setting = Setting::new(
    "smtp_from",
    Kind::Text("ADDRESS"),
    "Sender of mails; needed with smtp_url",
)
.example("Example Chat <chat@example.com>")
.common();

pub(crate) const SMTP_ROOT_CERTIFICATE: Setting = Setting::new(
    "smtp_root_certificate",
    Kind::Text("FILE"),
    "Root certificate (PEM) that the mail server's may be signed with, besides the usual ones",
);

pub(crate) const SMTP_TIMEOUT: Setting = Setting::new(
    "smtp_timeout",
    Kind::Duration,
    "How long handing over one mail may take",
)
.default("30s");

pub(crate) const MAIL_TEMPLATES: Setting = Setting::new(
    "mail_templates",
    Kind::Text("FOLDER"),
    "Login mails in your own words: a folder per language with subject.txt, body.txt, body.html",
);

pub(crate) const SECTION: Section = Section {
    title: "Mail",
    settings: &[
        SMTP_URL,
        SMTP_FROM,
        SMTP_ROOT_CERTIFICATE,
        SMTP_TIMEOUT,
        MAIL_TEMPLATES,
    ],
};
