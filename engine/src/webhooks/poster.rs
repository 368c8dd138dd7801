//! Posting to an address of the host.

use std::{net::IpAddr, time::Duration};

use reqwest::{Client, StatusCode, redirect::Policy};
use url::{Host, Url};

use super::{address::Reach, resolver::GuardedResolver, signatures};

/// What may be changed about posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PosterSettings {
    /// How far it reaches.
    pub(crate) reach: Reach,
    /// How long connecting, sending and the head of the answer may take together.
    pub(crate) timeout: Duration,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// Taken, with this status.
    Taken(u16),
    /// The receiver says that it wants nothing more (410).
    Gone,
    /// Not taken, and why.
    Failed(String),
}

/// What is posted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Post<'a> {
    pub(crate) url: &'a str,
    /// The value of `webhook-id`.
    pub(crate) id: &'a str,
    pub(crate) body: &'a str,
    /// Seconds since the Unix epoch.
    pub(crate) timestamp_s: i64,
}

/// Posts events. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Poster {
    client: Client,
    settings: PosterSettings,
}

impl Poster {
    pub(crate) fn new(settings: PosterSettings) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .dns_resolver(GuardedResolver(settings.reach))
            .timeout(settings.timeout)
            .user_agent(concat!("RelayChat/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, settings })
    }

    /// Posts, signed with each of the secrets, and looks at the head of the answer only.
    pub(crate) async fn post<'a>(
        &self,
        post: Post<'_>,
        secrets: impl Iterator<Item = &'a [u8]>,
    ) -> Posted {
        match self.send(post, secrets).await {
            Ok(response) => match response.status() {
                status if status.is_success() => Posted::Taken(status.as_u16()),
                StatusCode::GONE => Posted::Gone,
                status => Posted::Failed(status.as_u16().to_string()),
            },
            Err(why) => Posted::Failed(why),
        }
    }

    /// Posts, and gives what a success answers with, if that is at most `limit` bytes.
    pub(crate) async fn ask(
        &self,
        post: Post<'_>,
        secret: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, String> {
        let mut response = self.send(post, std::iter::once(secret)).await?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status().as_u16()));
        }
        let mut answer = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| said(&error))? {
            answer.extend_from_slice(&part);
            if answer.len() > limit {
                return Err("its answer is too long".to_owned());
            }
        }
        Ok(answer)
    }

    async fn send<'a>(
        &self,
        post: Post<'_>,
        secrets: impl Iterator<Item = &'a [u8]>,
    ) -> Result<reqwest::Response, String> {
        let Post {
            url,
            id,
            body,
            timestamp_s,
        } = post;
        // An address that is a number never comes to the resolver.
        let url = check_url(url, self.settings.reach).map_err(str::to_owned)?;
        let signature = signatures(secrets, id, timestamp_s, body);
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp_s)
            .header("webhook-signature", signature)
            .body(body.to_owned());
        request.send().await.map_err(|error| said(&error))
    }
}

/// Why an address cannot be a webhook, if it cannot.
pub(crate) fn complaint(url: &str, reach: Reach) -> Option<&'static str> {
    check_url(url, reach).err()
}

/// An address that may be a webhook.
fn check_url(text: &str, reach: Reach) -> Result<Url, &'static str> {
    // A parser passes over these; they would be stored as they were given.
    if text.chars().any(char::is_control) {
        return Err("The address has control characters.");
    }
    let url = Url::parse(text).map_err(|_| "That is no address.")?;
    let is_plain = url.scheme() == "http";
    if url.scheme() != "https" && !(is_plain && reach == Reach::Private) {
        return Err("The address must begin with https://.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("The address must not hold a user name or password.");
    }
    let ip: Option<IpAddr> = match url.host() {
        None => return Err("The address names no host."),
        Some(Host::Domain(_)) => None,
        Some(Host::Ipv4(ip)) => Some(ip.into()),
        Some(Host::Ipv6(ip)) => Some(ip.into()),
    };
    if ip.is_some_and(|ip| !reach.allows(ip)) {
        return Err("The address is not one of the public internet.");
    }
    Ok(url)
}

/// What went wrong, without the address.
fn said(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    what.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_judged_as_browsers_read_them() {
        let check = |text: &str, public: bool, private: bool| {
            assert_eq!(check_url(text, Reach::Public).is_ok(), public, "{text}");
            assert_eq!(check_url(text, Reach::Private).is_ok(), private, "{text}");
        };
        check("https://shop.example/hook", true, true);
        check("https://1.1.1.1/", true, true);
        check("http://shop.example/hook", false, true);
        check("http://127.0.0.1:9/", false, true);
        check("https://0x7f.1/", false, true);
        check("https://2130706433/", false, true);
        check("https://[::ffff:127.0.0.1]/", false, true);
        check("https://169.254.169.254/latest", false, false);
        check("https://[fe80::1]/", false, false);
        check("https://me:secret@shop.example/", false, false);
        check("https://shop.example/\0", false, false);
        check("https://shop.example/\n", false, false);
        check("ftp://shop.example/", false, false);
        check("file:///etc/passwd", false, false);
        check("shop.example", false, false);
        check("", false, false);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_connected_to() {
        let poster = Poster::new(PosterSettings {
            reach: Reach::Public,
            timeout: Duration::from_secs(5),
        })
        .expect("a client");
        let post = Post {
            url: "https://localhost:9/",
            id: "1",
            body: "{}",
            timestamp_s: 1,
        };
        let posted = poster.post(post, std::iter::once(b"secret".as_slice()));
        assert_eq!(posted.await, Posted::Failed("no connection".to_owned()));
    }
}
