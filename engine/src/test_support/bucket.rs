//! Buckets in the S3 store of the tests.
//!
//! Its address is in `RELAYCHAT_TEST_S3_URL`. A missing one is a loud failure: a test that needs a
//! store is never skipped.

use reqwest::{Client, Method, StatusCode};

use crate::{
    blobs::{BlobStore, Blobs, S3Settings, StoreKey},
    random::{RandomExt, SystemRandom},
};

/// Where the address of the store is.
const VARIABLE: &str = "RELAYCHAT_TEST_S3_URL";

/// A new bucket of a test.
#[derive(Clone, Debug)]
pub struct TestBucket {
    /// How to reach it.
    pub settings: S3Settings,
    client: Client,
}

impl TestBucket {
    /// Makes a bucket in the store of the tests.
    ///
    /// # Panics
    /// When there is no store.
    pub async fn make() -> Self {
        let url = std::env::var(VARIABLE).unwrap_or_else(|_| {
            panic!(
                "{VARIABLE} is not set: run `cargo xtask test`, or `cargo xtask servers` and \
                 export what it prints"
            )
        });
        Self::make_at(&url).await
    }

    /// Makes a bucket in the store at `url`.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn make_at(url: &str) -> Self {
        let name = u64::from_le_bytes(SystemRandom.bytes());
        let settings = S3Settings {
            endpoint: Some(url.trim_end_matches('/').to_owned()),
            key: Some(StoreKey::new("test", "secret")),
            prefix: "inner/folder".to_owned(),
            ..S3Settings::new(format!("relaychat-{name:016x}"))
        };
        let bucket = Self {
            settings,
            client: client(),
        };
        let status = bucket.call(Method::PUT).await;
        assert!(status.is_success(), "the bucket is made: {status}");
        bucket
    }

    /// A store in the bucket.
    ///
    /// # Panics
    /// Never: the settings can work.
    #[must_use]
    pub fn blobs(&self) -> Blobs {
        Blobs::s3(&self.settings).expect("settings that can work")
    }

    /// The bucket as the program's setting for it.
    #[must_use]
    pub fn url(&self) -> String {
        let S3Settings {
            bucket,
            prefix,
            region,
            endpoint,
            ..
        } = &self.settings;
        let endpoint = endpoint.as_deref().unwrap_or_default();
        format!("s3://{bucket}/{prefix}?region={region}&endpoint={endpoint}")
    }

    /// Removes the bucket with everything in it.
    ///
    /// # Panics
    /// When the store does not let it.
    pub async fn remove(self) {
        use futures_util::TryStreamExt;
        let blobs = Blobs::s3(&S3Settings {
            prefix: String::new(),
            ..self.settings.clone()
        });
        let blobs = blobs.expect("settings that can work");
        let entries: Vec<_> = blobs
            .list("")
            .await
            .expect("lists")
            .try_collect()
            .await
            .expect("lists on");
        for entry in entries {
            blobs.remove(&entry.key).await.expect("removes");
        }
        let status = self.call(Method::DELETE).await;
        assert!(status.is_success(), "the bucket is removed: {status}");
    }

    async fn call(&self, method: Method) -> StatusCode {
        let endpoint = self.settings.endpoint.as_deref().unwrap_or_default();
        let url = format!("{endpoint}/{}", self.settings.bucket);
        let answer = self.client.request(method, url).send().await;
        answer.expect("the S3 store answers").status()
    }
}

/// A client that works however reqwest was built.
fn client() -> Client {
    // Somebody else in this process was first: just as good.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    Client::new()
}
