//! Stores behind a network: how they are addressed, and what every one of them is wrapped in.
//!
//! A store is written as one address, with its key beside it:
//!
//! | address | store |
//! |---|---|
//! | `s3://bucket/prefix?region=eu-central-1` | Amazon S3 |
//! | `s3://bucket?endpoint=https://minio.example.com&region=us-east-1` | any other S3 store |
//! | `gcs://bucket/prefix` | Google Cloud Storage (feature `gcs`) |
//! | `azure://container/prefix?endpoint=https://account.blob.core.windows.net` | Azure Blob Storage (feature `azure`) |
//!
//! Further parameters of `s3://`: `public_endpoint` (where clients reach the store, for signed
//! addresses) and `virtual_host=true`.
//!
//! Each operator gets its own HTTP client, which heeds no proxy variables, a bound on every
//! operation, and a few retries. Nothing is installed for the whole process.

use std::time::Duration;

use opendal::{
    HttpTransporter, OperationContext, Operator,
    layers::{RetryLayer, TimeoutLayer},
};
use opendal_http_transport_reqwest::ReqwestTransport;
use url::Url;

use super::{Blobs, S3Settings};

/// Who we are to a store. Cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreKey {
    /// S3: the access key id. Azure: the account. Google: empty.
    pub id: String,
    /// S3: the secret access key. Azure: the account key. Google: the service account as JSON.
    pub secret: String,
    /// S3: the session token, if there is one.
    pub token: Option<String>,
}

impl StoreKey {
    /// A key without a session token.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            token: None,
        }
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(…)")
    }
}

/// A setting of a store that cannot work. Never repeats a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlobSettingError {
    /// The address cannot be read.
    #[error("the address of the blob store must look like s3://bucket/prefix?region=eu-central-1")]
    Url,
    /// The address has a user or a password.
    #[error("the address of the blob store must not hold the key: give it beside the address")]
    KeyInUrl,
    /// The address has a parameter that is not known, or one with a value that cannot work.
    #[error("the address of the blob store has the parameter {0}, which cannot work")]
    Parameter(String),
    /// The store is not compiled in.
    #[error("this program was built without support for {0}:// stores")]
    NotCompiledIn(String),
    /// The store needs a key.
    #[error("the {0} store needs a key")]
    KeyMissing(&'static str),
    /// The settings as a whole.
    #[error("the settings of the {0} store cannot be used")]
    Unusable(&'static str),
}

/// An address of a store, checked.
#[derive(Clone, Debug)]
pub struct BlobUrl {
    url: Url,
}

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an operation without a body may take.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one piece of a body may take: 8 MiB at 4 Mbit/s.
const PIECE_TIMEOUT: Duration = Duration::from_secs(20);
/// Tries after the first. A person waits: with the pauses below about a second when a store is down.
const RETRIES: usize = 3;
/// The first pause; it doubles.
const RETRY_PAUSE_MIN: Duration = Duration::from_millis(100);
/// The longest pause.
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(2);

/// The operator with an HTTP client of its own, time limits and retries.
pub(super) fn layered(operator: Operator) -> Result<Operator, BlobSettingError> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .build()
        .map_err(|_| BlobSettingError::Unusable("HTTP client of the"))?;
    let transport = HttpTransporter::new(ReqwestTransport::new(client));
    let context = OperationContext::new().with_http_transport(transport);
    // The limits hold for each try, so they come first.
    let limits = TimeoutLayer::new()
        .with_timeout(OPERATION_TIMEOUT)
        .with_io_timeout(PIECE_TIMEOUT);
    let retries = RetryLayer::new()
        .with_max_times(RETRIES)
        .with_min_delay(RETRY_PAUSE_MIN)
        .with_max_delay(RETRY_PAUSE_MAX)
        .with_jitter();
    Ok(operator.with_context(context).layer(limits).layer(retries))
}

impl std::str::FromStr for BlobUrl {
    type Err = BlobSettingError;

    fn from_str(text: &str) -> Result<Self, BlobSettingError> {
        let url = Url::parse(text).map_err(|_| BlobSettingError::Url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BlobSettingError::KeyInUrl);
        }
        if url.host_str().is_none_or(str::is_empty) || url.fragment().is_some() {
            return Err(BlobSettingError::Url);
        }
        Ok(Self { url })
    }
}

impl BlobUrl {
    /// The bucket or container.
    fn bucket(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    fn prefix(&self) -> String {
        self.url.path().trim_matches('/').to_owned()
    }

    fn s3(&self, key: Option<StoreKey>) -> Result<S3Settings, BlobSettingError> {
        let mut settings = S3Settings {
            prefix: self.prefix(),
            key,
            ..S3Settings::new(self.bucket())
        };
        for (name, value) in self.url.query_pairs() {
            let value = value.into_owned();
            match (&*name, value.as_str()) {
                ("region", region) if !region.is_empty() => settings.region = value,
                ("endpoint", _) => settings.endpoint = Some(web_address(&name, value)?),
                ("public_endpoint", _) => {
                    settings.public_endpoint = Some(web_address(&name, value)?);
                }
                ("virtual_host", "true") => settings.is_virtual_host_style = true,
                ("virtual_host", "false") => settings.is_virtual_host_style = false,
                _ => return Err(BlobSettingError::Parameter(name.into_owned())),
            }
        }
        Ok(settings)
    }
}

/// `value` when it is an address that HTTP can reach.
fn web_address(name: &str, value: String) -> Result<String, BlobSettingError> {
    match Url::parse(&value) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) && url.has_host() => Ok(value),
        _ => Err(BlobSettingError::Parameter(name.to_owned())),
    }
}

impl Blobs {
    /// Blobs in the store at `url`; see the table of addresses. Does not connect: a store may start
    /// after the engine.
    ///
    /// # Errors
    /// A setting cannot work, or the store is not compiled in.
    pub fn at(url: &BlobUrl, key: Option<StoreKey>) -> Result<Self, BlobSettingError> {
        match url.url.scheme() {
            "s3" => Self::s3(&url.s3(key)?),
            #[cfg(feature = "gcs")]
            "gcs" => url.gcs(key),
            #[cfg(feature = "azure")]
            "azure" => url.azure(key),
            other => Err(BlobSettingError::NotCompiledIn(other.to_owned())),
        }
    }
}

#[cfg(feature = "gcs")]
impl BlobUrl {
    fn gcs(&self, key: Option<StoreKey>) -> Result<Blobs, BlobSettingError> {
        let key = key.ok_or(BlobSettingError::KeyMissing("gcs"))?;
        let credential = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            key.secret.as_bytes(),
        );
        let mut builder = opendal::services::Gcs::default()
            .bucket(&self.bucket())
            .root(&format!("/{}", self.prefix()))
            .credential(&credential)
            .disable_vm_metadata()
            .disable_config_load();
        if let Some(endpoint) = self.only_endpoint()? {
            builder = builder.endpoint(&endpoint);
        }
        let operator = Operator::new(builder).map_err(|_| BlobSettingError::Unusable("gcs"))?;
        let operator = layered(operator)?;
        Ok(Blobs::remote(operator.clone(), Some(operator)))
    }
}

#[cfg(feature = "azure")]
impl BlobUrl {
    fn azure(&self, key: Option<StoreKey>) -> Result<Blobs, BlobSettingError> {
        let key = key.ok_or(BlobSettingError::KeyMissing("azure"))?;
        let endpoint = self
            .only_endpoint()?
            .unwrap_or_else(|| format!("https://{}.blob.core.windows.net", key.id));
        let builder = opendal::services::Azblob::default()
            .container(&self.bucket())
            .root(&format!("/{}", self.prefix()))
            .endpoint(&endpoint)
            .account_name(&key.id)
            .account_key(&key.secret);
        let operator = Operator::new(builder).map_err(|_| BlobSettingError::Unusable("azure"))?;
        let operator = layered(operator)?;
        Ok(Blobs::remote(operator.clone(), Some(operator)))
    }
}

#[cfg(any(feature = "gcs", feature = "azure"))]
impl BlobUrl {
    /// The parameter `endpoint`; any other is an error.
    fn only_endpoint(&self) -> Result<Option<String>, BlobSettingError> {
        let mut endpoint = None;
        for (name, value) in self.url.query_pairs() {
            match &*name {
                "endpoint" => endpoint = Some(web_address(&name, value.into_owned())?),
                _ => return Err(BlobSettingError::Parameter(name.into_owned())),
            }
        }
        Ok(endpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(), BlobSettingError>) {
        let key = StoreKey::new("id", "hunter2");
        let made = text.parse().and_then(|url| Blobs::at(&url, Some(key)));
        let made = made.map(|_| ());
        assert!(!format!("{made:?}").contains("hunter2"));
        assert_eq!(made, expected, "{text}");
    }

    #[tokio::test]
    async fn only_addresses_that_can_work_are_accepted() {
        let parameter = |name: &str| Err(BlobSettingError::Parameter(name.to_owned()));
        check("s3://bucket", Ok(()));
        check("s3://bucket/a/b?region=eu-central-1", Ok(()));
        check(
            "s3://b?endpoint=http://127.0.0.1:9000&virtual_host=false",
            Ok(()),
        );
        check("s3://b?public_endpoint=https://files.example.com", Ok(()));
        check("s3://b?endpoint=minio:9000", parameter("endpoint"));
        check("s3://b?endpoint=", parameter("endpoint"));
        check("s3://b?regoin=x", parameter("regoin"));
        check("s3://b?virtual_host=maybe", parameter("virtual_host"));
        check("s3://id:hunter2@bucket", Err(BlobSettingError::KeyInUrl));
        check("s3://", Err(BlobSettingError::Url));
        check("bucket", Err(BlobSettingError::Url));
        let unknown = BlobSettingError::NotCompiledIn("ftp".to_owned());
        check("ftp://bucket", Err(unknown));
    }

    #[test]
    fn an_address_is_read_whole() {
        let url: BlobUrl = "s3://files/chat/media/?region=r&endpoint=http://h:1&\
             public_endpoint=https://p&virtual_host=true"
            .parse()
            .expect("an address");
        let settings = url.s3(None).expect("settings");
        assert_eq!(settings.bucket, "files");
        assert_eq!(settings.prefix, "chat/media");
        assert_eq!(settings.region, "r");
        assert_eq!(settings.endpoint.as_deref(), Some("http://h:1"));
        assert_eq!(settings.public_endpoint.as_deref(), Some("https://p"));
        assert!(settings.is_virtual_host_style);
    }
}
