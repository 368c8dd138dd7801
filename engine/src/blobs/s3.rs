//! Blobs in an S3 bucket: Amazon's, or any store that speaks its language (MinIO, Garage, Ceph,
//! Cloudflare R2, …).
//!
//! Everything is said in [`S3Settings`]: the library reads no `AWS_…` variable, no profile and no
//! metadata service, so two engines in one process can use two stores. Who wants credentials from
//! such a place makes an OpenDAL operator and gives it to [`Blobs::operator`].
//!
//! Parts of uploads that a killed process left unfinished are invisible and cost space: give the
//! bucket a rule that aborts unfinished multipart uploads after a day.

use opendal::{Operator, services};

use super::{
    Blobs,
    remote::{BlobSettingError, StoreKey, layered},
};

/// Where an S3 bucket is and how to get in.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The bucket. It must exist.
    pub bucket: String,
    /// What all keys begin with, such as `chat/`; empty for the whole bucket.
    pub prefix: String,
    /// The region, such as `eu-central-1`. Many stores other than Amazon's take any.
    pub region: String,
    /// Address of the store, such as `https://s3.example.com`; Amazon's of the region unless given.
    pub endpoint: Option<String>,
    /// Address under which clients reach the store, when it is another one than
    /// [`endpoint`](Self::endpoint). Signed addresses lead there.
    pub public_endpoint: Option<String>,
    /// Whether the bucket is part of the host name (`https://bucket.s3.example.com`) and not of the
    /// path. Amazon's stores take both.
    pub is_virtual_host_style: bool,
    /// Who we are. Without it requests are not signed, and no addresses can be.
    pub key: Option<StoreKey>,
}

/// The region that stores without regions take.
const REGION: &str = "us-east-1";

impl S3Settings {
    /// Settings for a bucket of Amazon's in its first region, without credentials.
    pub fn new(bucket: impl Into<String>) -> Self {
        Self {
            bucket: bucket.into(),
            prefix: String::new(),
            region: REGION.to_owned(),
            endpoint: None,
            public_endpoint: None,
            is_virtual_host_style: false,
            key: None,
        }
    }

    fn operator(&self, endpoint: Option<&str>) -> Result<Operator, BlobSettingError> {
        let mut builder = services::S3::default()
            .bucket(&self.bucket)
            .root(&format!("/{}", self.prefix.trim_matches('/')))
            .region(&self.region)
            .endpoint(endpoint.unwrap_or("https://s3.amazonaws.com"))
            // Nothing from the environment, from files or from the machine.
            .disable_config_load()
            .disable_ec2_metadata();
        if self.is_virtual_host_style {
            builder = builder.enable_virtual_host_style();
        }
        builder = match &self.key {
            Some(key) => builder
                .access_key_id(&key.id)
                .secret_access_key(&key.secret),
            None => builder.skip_signature(),
        };
        if let Some(token) = self.key.as_ref().and_then(|key| key.token.as_deref()) {
            builder = builder.session_token(token);
        }
        let operator = Operator::new(builder).map_err(|_| BlobSettingError::Unusable("S3"))?;
        layered(operator)
    }
}

impl Blobs {
    /// Blobs in an S3 bucket. Does not connect: a store may start after the engine.
    ///
    /// # Errors
    /// A setting cannot work.
    pub fn s3(settings: &S3Settings) -> Result<Self, BlobSettingError> {
        let endpoint = settings.endpoint.as_deref();
        let operator = settings.operator(endpoint)?;
        let signer = match (&settings.key, &settings.public_endpoint) {
            (None, _) => None,
            (Some(_), None) => Some(operator.clone()),
            (Some(_), Some(public)) => Some(settings.operator(Some(public))?),
        };
        Ok(Self::remote(operator, signer))
    }
}

#[cfg(test)]
mod tests;
