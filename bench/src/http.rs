//! A small blocking HTTP/1.1 client: one kept-alive connection, JSON in and out.
//!
//! It knows answers with `Content-Length` only, which is what all peers give to JSON.

use anyhow::{Context, Result, bail};
use serde::{Serialize, de::DeserializeOwned};

use crate::wire::Connection;

/// A connection to a server.
pub(crate) struct Http {
    connection: Connection,
    address: String,
    token: Option<String>,
}

impl Http {
    pub(crate) fn connect(address: &str, token: Option<&str>) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(address)?,
            address: address.to_owned(),
            token: token.map(str::to_owned),
        })
    }

    /// Sends JSON and reads JSON; any answer but success is an error.
    pub(crate) fn post<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let body = serde_json::to_vec(body)?;
        let (status, answer) = self.exchange("POST", path, &body)?;
        if !(200..300).contains(&status) {
            bail!("POST {path}: {status} {}", String::from_utf8_lossy(&answer));
        }
        serde_json::from_slice(&answer).with_context(|| format!("POST {path}: an unexpected body"))
    }

    /// Reads JSON; `None` when there is nothing yet.
    pub(crate) fn find<T: DeserializeOwned>(&mut self, path: &str) -> Result<Option<T>> {
        match self.exchange("GET", path, b"")? {
            (200, answer) => Ok(Some(serde_json::from_slice(&answer)?)),
            (404, _) => Ok(None),
            (status, answer) => bail!("GET {path}: {status} {}", String::from_utf8_lossy(&answer)),
        }
    }

    /// Reads a body and does not look at it; how long it is.
    pub(crate) fn get_bytes(&mut self, path: &str) -> Result<usize> {
        match self.exchange("GET", path, b"")? {
            (200, answer) => Ok(answer.len()),
            (status, answer) => bail!("GET {path}: {status} {}", String::from_utf8_lossy(&answer)),
        }
    }

    fn exchange(&mut self, method: &str, path: &str, body: &[u8]) -> Result<(u16, Vec<u8>)> {
        let request = request(method, &self.address, path, self.token.as_deref(), body);
        self.connection.write(&request)?;
        let head = self.connection.read_until(b"\r\n\r\n")?;
        let head = String::from_utf8(head)?;
        let status = head.split(' ').nth(1).context("no status line")?.parse()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>())
        });
        let body = self
            .connection
            .read_exact(length.transpose()?.unwrap_or(0))?;
        Ok((status, body))
    }
}

/// A request as bytes.
pub(crate) fn request(
    method: &str,
    host: &str,
    path: &str,
    token: Option<&str>,
    body: &[u8],
) -> Vec<u8> {
    let authorization = token.map_or_else(String::new, |token| {
        format!("authorization: Bearer {token}\r\n")
    });
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}
