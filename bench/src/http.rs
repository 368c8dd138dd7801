//! A small HTTP/1.1 client: one kept-alive connection, JSON in and out.
//!
//! A full client would cost more processor time than the server it measures. It knows answers
//! with `Content-Length` only, which is what the engine gives to JSON.

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A connection to the server.
pub(crate) struct Http {
    stream: BufReader<TcpStream>,
    address: String,
    token: Option<String>,
}

impl Http {
    pub(crate) async fn connect(address: &str, token: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            address: address.to_owned(),
            token: token.map(str::to_owned),
        })
    }

    /// Sends JSON and reads JSON; any answer but success is an error.
    pub(crate) async fn post<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let body = serde_json::to_vec(body)?;
        let (status, answer) = self.exchange("POST", path, &body).await?;
        if !(200..300).contains(&status) {
            bail!("POST {path}: {status} {}", String::from_utf8_lossy(&answer));
        }
        serde_json::from_slice(&answer).with_context(|| format!("POST {path}: an unexpected body"))
    }

    /// Reads JSON; `None` when there is nothing yet.
    pub(crate) async fn find<T: DeserializeOwned>(&mut self, path: &str) -> Result<Option<T>> {
        match self.exchange("GET", path, b"").await? {
            (200, answer) => Ok(Some(serde_json::from_slice(&answer)?)),
            (404, _) => Ok(None),
            (status, answer) => bail!("GET {path}: {status} {}", String::from_utf8_lossy(&answer)),
        }
    }

    async fn exchange(&mut self, method: &str, path: &str, body: &[u8]) -> Result<(u16, Vec<u8>)> {
        let authorization = match &self.token {
            Some(token) => format!("authorization: Bearer {token}\r\n"),
            None => String::new(),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line
            .split(' ')
            .nth(1)
            .context("no status line: the connection was closed")?;
        let status = status.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((status, body))
    }
}
