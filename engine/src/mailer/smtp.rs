//! Mail over SMTP: the production backend.
//!
//! Written as one address, such as `smtp://user:password@mail.example.com:587`:
//!
//! | address | connection |
//! |---|---|
//! | `smtp://` | STARTTLS, required: without it nothing is sent. Port 587 |
//! | `smtps://` | TLS from the first byte. Port 465 |
//! | `smtp://…?tls=none` | no encryption: for a relay on the same machine. Port 25 |
//!
//! There is no "TLS if the server happens to offer it": whoever sits in between would turn it off.
//! The certificate is checked against the roots of Mozilla, and a root certificate of one's own
//! when it is given. The cryptography is the one the process has installed for rustls, or else
//! aws-lc-rs; nothing is installed process-wide here, so a host's own choice stays.

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use percent_encoding::percent_decode_str;
use url::Url;

use super::{Mail, Mailer, MailerError, MailerErrorKind};

/// Sends mail through an SMTP server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

/// Where the SMTP server is and how to speak to it.
#[derive(Clone)]
pub struct SmtpSettings {
    /// The server's address with user and password; see the module's table.
    pub url: String,
    /// The sender: `chat@example.com` or `Example Chat <chat@example.com>`.
    pub from: String,
    /// A root certificate to trust besides the usual ones, as PEM.
    pub extra_root_pem: Option<Vec<u8>>,
    /// How long one attempt may take, from connecting to the server's last word.
    pub timeout: Duration,
}

/// A setting that cannot work. The message never repeats the address, for it holds the password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpSettingError {
    /// The address of the server cannot be read.
    #[error("the SMTP address must look like smtp://user:password@host:port")]
    Url,
    /// The value of `tls` in the address is not known.
    #[error("the SMTP address may say ?tls=required or ?tls=none, nothing else")]
    Tls,
    /// A password would travel in clear text over a network.
    #[error("a password is sent without encryption only to this machine: remove ?tls=none")]
    PasswordInClear,
    /// The sender's address cannot be read.
    #[error("the sender must look like chat@example.com or Example Chat <chat@example.com>")]
    From,
    /// The root certificate cannot be read.
    #[error("the extra root certificate is not PEM")]
    RootCertificate,
}

/// How long one attempt may take. RFC 5321, 4.5.3.2 allows minutes for each step; a person waits
/// for this mail, and it is tried again.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Connections kept open: mail here is rare and small.
const CONNECTIONS_MAX: u32 = 4;
/// How long an unused connection is kept; servers drop idle ones after a minute or more.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

impl SmtpSettings {
    /// Settings with the usual timeout.
    pub fn new(url: impl Into<String>, from: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            from: from.into(),
            extra_root_pem: None,
            timeout: TIMEOUT,
        }
    }
}

impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSettings").finish_non_exhaustive()
    }
}

impl Smtp {
    /// Checks the settings. Does not connect: a mail server may start after the engine.
    pub fn new(settings: &SmtpSettings) -> Result<Self, SmtpSettingError> {
        let from = settings.from.parse().map_err(|_| SmtpSettingError::From)?;
        let url = Url::parse(&settings.url).map_err(|_| SmtpSettingError::Url)?;
        let host = host(&url)?;
        let tls = tls(&url, &host, settings.extra_root_pem.as_deref())?;
        let port = url.port().unwrap_or(match &tls {
            Tls::Wrapper(_) => smtp::SUBMISSIONS_PORT,
            Tls::None => smtp::SMTP_PORT,
            _ => smtp::SUBMISSION_PORT,
        });
        let credentials = credentials(&url)?;
        if credentials.is_some() && matches!(tls, Tls::None) && !is_loopback(&host) {
            return Err(SmtpSettingError::PasswordInClear);
        }
        let pool = PoolConfig::new()
            .max_size(CONNECTIONS_MAX)
            .idle_timeout(IDLE_TIMEOUT);
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .pool_config(pool);
        if let Some(credentials) = credentials {
            builder = builder.credentials(credentials);
        }
        Ok(Self {
            transport: builder.build(),
            from,
            timeout: settings.timeout,
        })
    }

    /// Connects, says who we are, and leaves again.
    ///
    /// # Errors
    /// What stopped it, without the address.
    pub async fn check(&self) -> Result<(), MailerError> {
        match tokio::time::timeout(self.timeout, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailerError::new(
                MailerErrorKind::Temporary,
                "the server does not answer",
            )),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => Err(MailerError::new(
                MailerErrorKind::Temporary,
                "the server did not answer in time",
            )),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let to = Mailbox::new(None, mail.to.as_str().parse()?);
        let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        Ok(Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}>", mail.message_id)))
            .header(AutoSubmitted)
            .multipart(body)?)
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").finish_non_exhaustive()
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let message = self.message(mail).map_err(|_| {
            MailerError::new(MailerErrorKind::Permanent, "the mail cannot be composed")
        })?;
        // lettre bounds the connecting only; a server that falls silent later would hold us for ever.
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => Err(MailerError::new(
                MailerErrorKind::Temporary,
                "the server did not answer in time",
            )),
        }
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): keeps out-of-office answers away.
#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn host(url: &Url) -> Result<String, SmtpSettingError> {
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(host.trim_matches(['[', ']']).to_owned()),
        _ => Err(SmtpSettingError::Url),
    }
}

fn tls(url: &Url, host: &str, extra_root: Option<&[u8]>) -> Result<Tls, SmtpSettingError> {
    let asked = url.query_pairs().find(|(name, _)| name == "tls");
    let asked = asked.as_ref().map(|(_, value)| value.as_ref());
    if !matches!(asked, None | Some("required" | "none")) {
        return Err(SmtpSettingError::Tls);
    }
    match (url.scheme(), asked) {
        ("smtp", Some("none")) => Ok(Tls::None),
        ("smtp", _) => Ok(Tls::Required(tls_parameters(host, extra_root)?)),
        ("smtps", None | Some("required")) => Ok(Tls::Wrapper(tls_parameters(host, extra_root)?)),
        ("smtps", _) => Err(SmtpSettingError::Tls),
        _ => Err(SmtpSettingError::Url),
    }
}

fn tls_parameters(
    host: &str,
    extra_root: Option<&[u8]>,
) -> Result<TlsParameters, SmtpSettingError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = extra_root {
        // lettre takes text without a certificate for an empty list of roots.
        if !pem.windows(10).any(|window| window == b"-----BEGIN") {
            return Err(SmtpSettingError::RootCertificate);
        }
        let root = Certificate::from_pem(pem).map_err(|_| SmtpSettingError::RootCertificate)?;
        builder = builder.add_root_certificate(root);
    }
    builder
        .build()
        .map_err(|_| SmtpSettingError::RootCertificate)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, SmtpSettingError> {
    let decode = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(|text| text.into_owned())
            .map_err(|_| SmtpSettingError::Url)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) => Ok(Some(Credentials::new(decode(user)?, decode(password)?))),
        (_, None) => Err(SmtpSettingError::Url),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// What kind of failure it is, told without anything the server said: servers like to repeat the
/// address in their answers.
fn classify(error: &smtp::Error) -> MailerError {
    let status = error.status().map(u16::from);
    let what = match status {
        Some(status) => format!("the server answered {status}"),
        None if error.is_timeout() => "the server did not answer in time".to_owned(),
        None if error.is_tls() => format!("no safe connection: {error}"),
        None if error.is_response() => "the server's answer cannot be read".to_owned(),
        None => format!("no connection: {error}"),
    };
    let kind = match status {
        Some(status) if is_about_the_mail(status) => MailerErrorKind::Permanent,
        _ => MailerErrorKind::Temporary,
    };
    MailerError::new(kind, what)
}

/// Whether a refusal is for ever. A 5xx about our login or about commands that the server does not
/// know (RFC 4954, RFC 5321) is the operator's to repair, and the mail can wait for it.
fn is_about_the_mail(status: u16) -> bool {
    (500..600).contains(&status) && !matches!(status, 500 | 502 | 503 | 504 | 530 | 534 | 535 | 538)
}

#[cfg(test)]
mod tests;
