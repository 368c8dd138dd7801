//! The composition root: from parts to an engine. The only module of the library that names
//! concrete backends, and only for [`Engine::ephemeral`](crate::Engine::ephemeral); everything else
//! is chosen by whoever builds.

mod hooks;

use std::{sync::Arc, time::Duration};

use crate::{
    Engine, Roles,
    auth::Auth,
    blobs::{BlobStore, MemoryBlobs},
    broker::Broker,
    clock::{Clock, SystemClock},
    config::{Config, ConfigError, DirectoryPolicy, UploadReads},
    engine::Parts,
    hooks::Hooks,
    host::Announcer,
    http::{ApiState, HttpSettings},
    images::ImageLimits,
    lifecycle::Lifecycle,
    mailer::{Mailer, MemoryMailer},
    membership::MembershipSource,
    random::{Random, RandomExt, SystemRandom},
    realtime::{Cluster, Hub, HubSettings, Origin, Realtime},
    services::{self, Directory, EventSink, RateSettings, ServiceError, Services, Settings},
    storage::{OpenStorage, Storage, StorageError, sqlite::Sqlite},
    webhooks::{Poster, PosterSettings, Reach},
    wire,
};

/// Puts an engine together. Storage, blobs and a mailer have to be given.
#[derive(Debug, Default)]
#[must_use = "an engine comes out of `build`"]
pub struct EngineBuilder {
    storage: Option<Box<dyn OpenStorage>>,
    blobs: Option<Arc<dyn BlobStore>>,
    mailer: Option<Arc<dyn Mailer>>,
    broker: Option<Arc<dyn Broker>>,
    roles: Roles,
    clock: Option<Arc<dyn Clock>>,
    random: Option<Arc<dyn Random>>,
    secret: Option<Secret>,
    auth: Auth,
    config: Config,
    hooks: Hooks,
    membership: Membership,
}

/// Who says who belongs to objects of the host.
#[derive(Clone, Default)]
struct Membership(Option<Arc<dyn MembershipSource>>);

impl std::fmt::Debug for Membership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Membership({})", self.0.is_some())
    }
}

/// 32 bytes that nobody else knows. Cannot be printed.
#[derive(Clone)]
struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why an engine could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A part that the engine cannot do without was not given.
    #[error("the engine needs {0}: call `.{0}(…)` on the builder")]
    Missing(&'static str),
    /// Settings cannot work.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Storage does not answer, or what is in it cannot be used.
    #[error("storage cannot be used: {0}")]
    Storage(String, #[source] Box<dyn std::error::Error + Send + Sync>),
}

impl EngineBuilder {
    /// Where everything durable lives, such as [`Sqlite`], or a
    /// [`Postgres`](crate::storage::postgres::Postgres) that [`Self::build`] opens.
    pub fn storage(mut self, storage: impl OpenStorage) -> Self {
        self.storage = Some(Box::new(storage));
        self
    }

    /// Like [`Self::storage`], for one that others hold too.
    pub fn shared_storage(mut self, storage: Arc<dyn Storage>) -> Self {
        self.storage = Some(Box::new(storage));
        self
    }

    /// Where the bytes of uploads live, such as [`Blobs`](crate::blobs::Blobs).
    pub fn blobs(mut self, blobs: impl BlobStore) -> Self {
        self.blobs = Some(Arc::new(blobs));
        self
    }

    /// Like [`Self::blobs`], for a store that others hold too.
    pub fn shared_blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.blobs = Some(blobs);
        self
    }

    /// What sends mail, such as [`Smtp`](crate::mailer::Smtp).
    pub fn mailer(mut self, mailer: impl Mailer) -> Self {
        self.mailer = Some(Arc::new(mailer));
        self
    }

    /// Like [`Self::mailer`], for one that others hold too.
    pub fn shared_mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.mailer = Some(mailer);
        self
    }

    /// What connects this node with others on the same storage, such as
    /// [`Redis`](crate::broker::Redis). Without one the engine is alone.
    pub fn broker(mut self, broker: impl Broker) -> Self {
        self.broker = Some(Arc::new(broker));
        self
    }

    /// Which parts run in this process; all unless given.
    pub fn roles(mut self, roles: Roles) -> Self {
        self.roles = roles;
        self
    }

    /// The clock; the system's unless given.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The source of randomness; the system's unless given.
    pub fn random(mut self, random: impl Random) -> Self {
        self.random = Some(Arc::new(random));
        self
    }

    /// The secret from which all keys are derived. Unless given, one is made on the first start and
    /// kept in storage; then whoever can read the database can log in as anybody.
    pub fn secret(mut self, secret: [u8; 32]) -> Self {
        self.secret = Some(Secret(secret));
        self
    }

    /// Who says who is in the chats that belong to objects of the host
    /// ([`Engine::chat_for`](crate::Engine::chat_for)).
    pub fn membership(mut self, source: impl MembershipSource) -> Self {
        self.membership = Membership(Some(Arc::new(source)));
        self
    }

    /// Who somebody is: [`auth::own_accounts`](crate::auth::own_accounts) unless given.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Settings; the defaults unless given.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// An engine that keeps nothing, for tests.
    pub(crate) async fn ephemeral() -> Result<Self, BuildError> {
        let storage = Sqlite::in_memory().await.map_err(unusable)?;
        Ok(Self::default()
            .storage(storage)
            .blobs(MemoryBlobs::new())
            .mailer(MemoryMailer::new()))
    }

    /// Checks the settings, reads the keys, and starts what runs in the background. Must be called
    /// within a tokio runtime.
    ///
    /// # Errors
    /// A part is missing, a setting cannot work, or storage cannot be used.
    pub async fn build(self) -> Result<Engine, BuildError> {
        check(&self.config, &self.auth)?;
        let storage = self.storage.ok_or(BuildError::Missing("storage"))?;
        let blobs = self.blobs.ok_or(BuildError::Missing("blobs"))?;
        // A host with its own users logs nobody in by mail.
        if self.mailer.is_none() && self.auth.has_own_accounts() {
            return Err(BuildError::Missing("mailer"));
        }
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let random = self.random.unwrap_or_else(|| Arc::new(SystemRandom));
        let storage = storage.open().await.map_err(unusable)?;
        let config = Arc::new(self.config);
        let poster = poster(&config)?;
        let hub = Arc::new(Hub::new(HubSettings::from(&*config)));
        let broker = self.broker;
        let cluster = match broker.clone() {
            Some(broker) => {
                let origin = origin(&*storage, &*random).await.map_err(unusable)?;
                let (hub, times) = (Arc::clone(&hub), config.cluster.clone());
                Some(Arc::new(Cluster::new(hub, broker, times, origin)))
            }
            None => None,
        };
        let events: Arc<dyn EventSink> = match &cluster {
            Some(cluster) => cluster.clone(),
            None => hub.clone(),
        };
        let announcer = Announcer::new(events);
        let services = Services::open(services::Parts {
            storage: Arc::clone(&storage),
            blobs,
            clock,
            random,
            events: Arc::new(announcer.clone()),
            hooks: self.hooks,
            auth: self.auth,
            settings: settings(&config, self.secret),
        })
        .await
        .map_err(unreadable)?;
        let services = services.with_membership(self.membership.0);
        let services = Arc::new(services.with_broker(broker));
        let lifecycle = Lifecycle::default();
        let realtime = Realtime::new(
            Arc::clone(&services),
            (Arc::clone(&hub), cluster),
            Arc::clone(&config),
            lifecycle.clone(),
        );
        let api = ApiState {
            services,
            settings: Arc::new(http_settings(&config)),
            limits: Arc::new(wire::limits(&config)),
        };
        Ok(Engine::start(Parts {
            storage,
            announcer,
            mailer: self.mailer,
            presence: hub,
            poster,
            api,
            realtime,
            lifecycle,
            config,
            roles: self.roles,
        }))
    }
}

/// Why the use cases could not begin: what lies in storage cannot be used.
fn unreadable(error: ServiceError) -> BuildError {
    let source = error.source.as_ref();
    let cause = source.map_or(error.to_string(), ToString::to_string);
    BuildError::Storage(cause, Box::new(error))
}

/// What posts to webhooks.
fn poster(config: &Config) -> Result<Poster, BuildError> {
    let settings = PosterSettings {
        reach: reach(config),
        timeout: Duration::from_millis(config.webhooks.timeout_ms),
    };
    Poster::new(settings).map_err(|error| {
        let problem = format!("webhooks: no HTTP client can be made: {error}");
        BuildError::Config(ConfigError(vec![problem]))
    })
}

fn reach(config: &Config) -> Reach {
    if config.webhooks.allows_private_addresses {
        Reach::Private
    } else {
        Reach::Public
    }
}

/// Where a node of a cluster begins.
async fn origin(storage: &dyn Storage, random: &dyn Random) -> Result<Origin, StorageError> {
    let mut snapshot = storage.snapshot().await?;
    Ok(Origin {
        epoch: snapshot.changes().epoch().await?,
        change: snapshot.changes().current().await?,
        node_id: uuid::Uuid::from_bytes(random.bytes()),
    })
}

fn unusable(error: StorageError) -> BuildError {
    let cause = error
        .source
        .as_ref()
        .map_or(error.to_string(), ToString::to_string);
    BuildError::Storage(cause, error.into())
}

fn settings(config: &Config, secret: Option<Secret>) -> Settings {
    let limits = &config.limits;
    let login = &config.login;
    Settings {
        secret: secret.map(|Secret(bytes)| bytes),
        directory: match config.directory {
            DirectoryPolicy::Everyone => Directory::Open,
            DirectoryPolicy::Contacts => Directory::Contacts,
        },
        access_token_ttl_ms: login.access_lifetime_ms,
        session_ttl_ms: login.session_lifetime_ms,
        webhook_reach: reach(config),
        codes_per_network: login.codes_per_network,
        images: ImageLimits {
            file_bytes: limits.image_bytes,
            pixels: limits.image_pixels,
        },
        file_bytes: limits.file_bytes,
        user_bytes: limits.user_bytes,
        group_members: limits.group_members,
        edit_window_ms: limits.edit_window_ms,
        tells_reads: config.read_receipts,
        writes_lines: config.system_lines,
        rates: RateSettings {
            is_enabled: limits.is_rate_limited,
            sends_per_second: limits.sends_per_second,
            send_burst: limits.send_burst,
            requests_per_second: limits.requests_per_second,
            request_burst: limits.request_burst,
            searches_per_second: limits.searches_per_second,
            search_burst: limits.search_burst,
            ..RateSettings::default()
        },
        ..Settings::default()
    }
}

/// All problems at once.
fn check(config: &Config, auth: &Auth) -> Result<(), ConfigError> {
    let mut problems = match config.validate() {
        Ok(()) => Vec::new(),
        Err(ConfigError(problems)) => problems,
    };
    problems.extend(auth.problems());
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ConfigError(problems))
    }
}

fn http_settings(config: &Arc<Config>) -> HttpSettings {
    HttpSettings {
        allowed_origins: config
            .allowed_origins
            .iter()
            .map(ToString::to_string)
            .collect(),
        trusted_proxies: config.trusted_proxies.clone(),
        redirects_to_store: config.uploads.reads == UploadReads::Redirected,
        config: Arc::clone(config),
        ..HttpSettings::default()
    }
}
