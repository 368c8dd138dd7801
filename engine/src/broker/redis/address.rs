//! Where Redis is: one server, several Sentinels that know it, or a Cluster.

use std::fmt;

use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisResult,
    TlsMode,
    aio::AsyncPushSender,
    cluster::ClusterClient,
    io::tcp::TcpSettings,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};

use super::{
    super::{BrokerError, BrokerErrorKind},
    link::{CONNECT_TIMEOUT, Connection, RESPONSE_TIMEOUT},
};

/// Port of a Sentinel when the address names none.
const SENTINEL_PORT: u16 = 26_379;

/// Where Redis is. Cannot be printed: it may hold a password.
#[derive(Clone)]
pub(super) enum Address {
    /// One server.
    Server(ConnectionInfo),
    /// Sentinels, the name of the service, and how to speak to the server they name.
    Sentinel(Vec<ConnectionAddr>, String, ConnectionInfo),
    /// Some nodes of a Cluster.
    Cluster(Vec<ConnectionInfo>),
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

impl Address {
    /// Reads an address.
    pub(super) fn parse(url: &str) -> Result<Self, BrokerError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| {
            unreadable(
                "it begins with none of redis://, rediss://, redis+sentinel://, redis+cluster://",
            )
        })?;
        let address = match scheme {
            "redis" | "rediss" | "redis+unix" | "unix" => Self::Server(server(url)?),
            "redis+sentinel" | "rediss+sentinel" => sentinel(scheme, rest)?,
            "redis+cluster" | "rediss+cluster" => cluster(scheme, rest)?,
            _ => {
                return Err(unreadable(
                    "it begins with none of redis://, rediss://, redis+sentinel://, redis+cluster://",
                ));
            }
        };
        if scheme.starts_with("rediss") {
            // The host may have chosen a provider before; then that one is used.
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        }
        Ok(address)
    }

    /// Opens a connection whose pushes go to `pushes`.
    pub(super) async fn connect(&self, pushes: impl AsyncPushSender) -> RedisResult<Connection> {
        let config = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        match self {
            Self::Server(info) => {
                let client = Client::open(info.clone())?;
                let config = config.set_push_sender(pushes);
                let connecting = client.get_multiplexed_async_connection_with_config(&config);
                Ok(Connection::Server(connecting.await?))
            }
            Self::Sentinel(sentinels, service, server) => {
                let mut client = sentinel_client(sentinels, service, server)?;
                let config = config.set_push_sender(pushes);
                let connecting = client.get_async_connection_with_config(&config);
                Ok(Connection::Server(connecting.await?))
            }
            Self::Cluster(nodes) => {
                let client = ClusterClient::builder(nodes.clone())
                    .use_protocol(ProtocolVersion::RESP3)
                    .connection_timeout(CONNECT_TIMEOUT)
                    .response_timeout(RESPONSE_TIMEOUT)
                    .tcp_settings(tcp())
                    .push_sender(pushes)
                    .build()?;
                Ok(Connection::Cluster(client.get_async_connection().await?))
            }
        }
    }
}

fn tcp() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}

/// One server, spoken to in protocol version 3.
fn server(url: &str) -> Result<ConnectionInfo, BrokerError> {
    let info = url
        .into_connection_info()
        .map_err(|error| unreadable(error.to_string()))?;
    let settings = info.redis_settings().clone();
    Ok(info
        .set_tcp_settings(tcp())
        .set_redis_settings(settings.set_protocol(ProtocolVersion::RESP3)))
}

/// `[user:password@]host[:port],…` as one address for each host.
fn hosts(scheme: &str, authority: &str, path: &str) -> Result<Vec<ConnectionInfo>, BrokerError> {
    let scheme = if scheme.starts_with("rediss") {
        "rediss"
    } else {
        "redis"
    };
    let (login, hosts) = match authority.rsplit_once('@') {
        Some((login, hosts)) => (format!("{login}@"), hosts),
        None => (String::new(), authority),
    };
    hosts
        .split(',')
        .map(|host| server(&format!("{scheme}://{login}{host}{path}")))
        .collect()
}

fn cluster(scheme: &str, rest: &str) -> Result<Address, BrokerError> {
    let authority = rest.trim_end_matches('/');
    if authority.contains('/') {
        return Err(unreadable("a Cluster has no databases and no services"));
    }
    Ok(Address::Cluster(hosts(scheme, authority, "")?))
}

fn sentinel(scheme: &str, rest: &str) -> Result<Address, BrokerError> {
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (service, database) = path.split_once('/').unwrap_or((path, "0"));
    if service.is_empty() {
        return Err(unreadable(
            "the name of Sentinel's service is missing: redis+sentinel://host/service",
        ));
    }
    let infos = hosts(scheme, authority, &format!("/{database}"))?;
    let has_port = |host: &str| {
        host.rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    };
    let names = authority
        .rsplit_once('@')
        .map_or(authority, |(_, hosts)| hosts);
    let sentinels = infos
        .iter()
        .zip(names.split(','))
        .map(|(info, name)| match info.addr().clone() {
            ConnectionAddr::Tcp(host, _) if !has_port(name) => {
                ConnectionAddr::Tcp(host, SENTINEL_PORT)
            }
            other => other,
        })
        .collect();
    let server = infos.into_iter().next();
    let server = server.ok_or_else(|| unreadable("it names no host"))?;
    Ok(Address::Sentinel(sentinels, service.to_owned(), server))
}

fn sentinel_client(
    sentinels: &[ConnectionAddr],
    service: &str,
    server: &ConnectionInfo,
) -> RedisResult<SentinelClient> {
    let settings = server.redis_settings();
    let mut builder =
        SentinelClientBuilder::new(sentinels.to_vec(), service, SentinelServerType::Master)?
            .set_client_to_redis_protocol(ProtocolVersion::RESP3)
            .set_client_to_redis_db(settings.db())
            .set_client_to_redis_tcp_settings(tcp())
            .set_client_to_sentinel_tcp_settings(tcp());
    if let Some(username) = settings.username() {
        builder = builder.set_client_to_redis_username(username);
    }
    if let Some(password) = settings.password() {
        builder = builder.set_client_to_redis_password(password);
    }
    if matches!(server.addr(), ConnectionAddr::TcpTls { .. }) {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_sentinel_tls_mode(TlsMode::Secure);
    }
    builder.build()
}

fn unreadable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> BrokerError {
    BrokerError::new(BrokerErrorKind::Address, "read the address", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an address says, in short.
    fn check(url: &str, expected: &str) {
        let host = |addr: &ConnectionAddr| match addr {
            ConnectionAddr::Tcp(host, port) => format!("{host}:{port}"),
            ConnectionAddr::TcpTls { host, port, .. } => format!("tls {host}:{port}"),
            _ => "other".to_owned(),
        };
        let login = |info: &ConnectionInfo| {
            let settings = info.redis_settings();
            let name = settings.username().unwrap_or("-").to_owned();
            format!("{name}/{}", settings.password().unwrap_or("-"))
        };
        let said = match Address::parse(url) {
            Ok(Address::Server(info)) => {
                format!(
                    "{} {} db {}",
                    host(info.addr()),
                    login(&info),
                    info.redis_settings().db()
                )
            }
            Ok(Address::Sentinel(sentinels, service, info)) => {
                let sentinels: Vec<_> = sentinels.iter().map(host).collect();
                format!("{} of {service} {}", sentinels.join(" "), login(&info))
            }
            Ok(Address::Cluster(nodes)) => {
                let nodes: Vec<_> = nodes.iter().map(|info| host(info.addr())).collect();
                nodes.join(" ")
            }
            Err(error) => format!("{:?}", error.kind),
        };
        assert_eq!(said, expected, "{url}");
    }

    #[test]
    fn every_form_of_address_is_read() {
        check("redis://cache", "cache:6379 -/- db 0");
        check(
            "redis://ann:secret@cache:7000/3",
            "cache:7000 ann/secret db 3",
        );
        check("rediss://cache:7000", "tls cache:7000 -/- db 0");
        check(
            "redis+sentinel://a,b:5000/main",
            "a:26379 b:5000 of main -/-",
        );
        check(
            "redis+sentinel://:secret@a/main",
            "a:26379 of main -/secret",
        );
        check("redis+cluster://a:7000,b:7001", "a:7000 b:7001");
        check("rediss+cluster://a,b/", "tls a:6379 tls b:6379");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in [
            "",
            "cache:6379",
            "http://cache",
            "redis://",
            "redis+sentinel://a,b",
            "redis+sentinel://a,b/",
            "redis+cluster://a,b/1",
            "redis://cache:notaport",
        ] {
            check(url, "Address");
        }
    }
}
